resource "aws_iam_role_policy" "load_balancer_controller" {
  name   = "load-balancers"
  role   = aws_iam_role.service_account["load-balancer-controller"].id
  policy = data.aws_iam_policy_document.load_balancer_controller.json
}

locals {
  balancing = "arn:${data.aws_partition.current.partition}:elasticloadbalancing:${var.region}:${data.aws_caller_identity.current.account_id}"
  security  = "arn:${data.aws_partition.current.partition}:ec2:${var.region}:${data.aws_caller_identity.current.account_id}"
  # The controller puts this tag, with the cluster's name, on all it makes.
  owner = "elbv2.k8s.aws/cluster"
}

# The controller may look at everything, and change load balancers, target groups and security groups that bear this
# cluster's tag. It is installed without WAF, Shield and Cognito (docs/eks.md), so their rights are not here.
data "aws_iam_policy_document" "load_balancer_controller" {
  #checkov:skip=CKV_AWS_356: Describing knows no resources; everything that changes something names what it may change.
  statement {
    sid = "Look"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeCoipPools",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeIpamPools",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcPeeringConnections",
      "ec2:DescribeVpcs",
      "ec2:GetCoipPoolUsage",
      "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:DescribeCapacityReservation",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeSSLPolicies",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "elasticloadbalancing:DescribeTrustStores",
      "iam:GetServerCertificate",
      "iam:ListServerCertificates",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "FirstLoadBalancerOfTheAccount"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["elasticloadbalancing.amazonaws.com"]
    }
  }

  # Rules of the nodes' security group, which EKS made and which bears another tag.
  statement {
    sid       = "OpenNodesToLoadBalancers"
    actions   = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    resources = ["${local.security}:security-group/${aws_eks_cluster.podline.vpc_config[0].cluster_security_group_id}"]
  }

  statement {
    sid       = "MakeSecurityGroupsInTheVpc"
    actions   = ["ec2:CreateSecurityGroup"]
    resources = [aws_vpc.podline.arn]
  }

  statement {
    sid       = "MakeSecurityGroups"
    actions   = ["ec2:CreateSecurityGroup"]
    resources = ["${local.security}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owner}"
      values   = [var.name]
    }
  }

  statement {
    sid       = "TagNewSecurityGroups"
    actions   = ["ec2:CreateTags"]
    resources = ["${local.security}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateSecurityGroup"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owner}"
      values   = [var.name]
    }
  }

  statement {
    sid = "KeepSecurityGroups"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateTags",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteTags",
      "ec2:RevokeSecurityGroupIngress",
    ]
    resources = ["${local.security}:security-group/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.owner}"
      values   = [var.name]
    }
  }

  statement {
    sid       = "MakeLoadBalancers"
    actions   = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
    resources = ["${local.balancing}:loadbalancer/*", "${local.balancing}:targetgroup/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owner}"
      values   = [var.name]
    }
  }

  statement {
    sid       = "TagNewLoadBalancers"
    actions   = ["elasticloadbalancing:AddTags"]
    resources = ["${local.balancing}:loadbalancer/*", "${local.balancing}:targetgroup/*"]

    condition {
      test     = "StringEquals"
      variable = "elasticloadbalancing:CreateAction"
      values   = ["CreateLoadBalancer", "CreateTargetGroup"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.owner}"
      values   = [var.name]
    }
  }

  statement {
    sid = "KeepLoadBalancers"
    actions = [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyCapacityReservation",
      "elasticloadbalancing:ModifyIpPools",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetIpAddressType",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ]
    resources = ["${local.balancing}:loadbalancer/*", "${local.balancing}:targetgroup/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.owner}"
      values   = [var.name]
    }
  }

  # Listeners and their rules do not always bear the tag, so no condition can ask for it.
  statement {
    sid = "KeepListeners"
    actions = [
      "elasticloadbalancing:AddListenerCertificates",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:RemoveListenerCertificates",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetRulePriorities",
    ]
    resources = ["${local.balancing}:listener/*", "${local.balancing}:listener-rule/*"]
  }

  statement {
    sid       = "MakeListeners"
    actions   = ["elasticloadbalancing:CreateListener"]
    resources = ["${local.balancing}:loadbalancer/*"]
  }
}
