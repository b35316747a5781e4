# The version that EKS takes for this version of Kubernetes, so that an upgrade of the cluster brings the add-ons along.
data "aws_eks_addon_version" "default" {
  for_each = toset(["vpc-cni", "kube-proxy", "coredns"])

  addon_name         = each.value
  kubernetes_version = aws_eks_cluster.podline.version
}

# Before the first node, so that no pod ever starts without its policies.
resource "aws_eks_addon" "vpc_cni" {
  cluster_name                = aws_eks_cluster.podline.name
  addon_name                  = "vpc-cni"
  addon_version               = data.aws_eks_addon_version.default["vpc-cni"].version
  service_account_role_arn    = aws_iam_role.service_account["vpc-cni"].arn
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  configuration_values = jsonencode({
    # Off by default, and then network policies are accepted and do nothing.
    enableNetworkPolicy = "true"

    env = {
      # A pod reaches nothing until its policies are in place. In the standard mode it reaches everything until then,
      # which is long enough for a program to fetch or send something. A pod that no policy selects stays cut off:
      # system-policy.tf.
      NETWORK_POLICY_ENFORCING_MODE = "strict"
    }
  })

  depends_on = [aws_iam_role_policy_attachment.vpc_cni]
}

resource "aws_eks_addon" "kube_proxy" {
  cluster_name                = aws_eks_cluster.podline.name
  addon_name                  = "kube-proxy"
  addon_version               = data.aws_eks_addon_version.default["kube-proxy"].version
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

resource "aws_eks_addon" "coredns" {
  cluster_name                = aws_eks_cluster.podline.name
  addon_name                  = "coredns"
  addon_version               = data.aws_eks_addon_version.default["coredns"].version
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_eks_node_group.service, kubernetes_network_policy_v1.system]
}
