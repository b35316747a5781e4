# Pods that call AWS do so with a role of their service account's (IRSA): instance metadata is out of their reach, and the
# service itself and programs have no role at all.
resource "aws_iam_openid_connect_provider" "cluster" {
  url            = aws_eks_cluster.podline.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  issuer = trimprefix(aws_eks_cluster.podline.identity[0].oidc[0].issuer, "https://")

  # Role to the service account in kube-system that may take it.
  service_accounts = {
    vpc-cni                  = "aws-node"
    load-balancer-controller = "aws-load-balancer-controller"
    cluster-autoscaler       = "cluster-autoscaler"
  }
}

data "aws_iam_policy_document" "service_account_trust" {
  for_each = local.service_accounts

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.cluster.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:kube-system:${each.value}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "service_account" {
  for_each = local.service_accounts

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.service_account_trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "vpc_cni" {
  role       = aws_iam_role.service_account["vpc-cni"].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEKS_CNI_Policy"
}
