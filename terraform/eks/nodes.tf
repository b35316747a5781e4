# The service and the cluster's own pods.
resource "aws_eks_node_group" "service" {
  cluster_name           = aws_eks_cluster.podline.name
  node_group_name_prefix = "service-"
  version                = aws_eks_cluster.podline.version
  node_role_arn          = aws_iam_role.node.arn
  subnet_ids             = [for subnet in aws_subnet.private : subnet.id]
  ami_type               = "AL2023_x86_64_STANDARD"
  capacity_type          = "ON_DEMAND"
  instance_types         = var.service_nodes.instance_types
  labels                 = { pool = "service" }

  scaling_config {
    min_size     = var.service_nodes.minimum
    max_size     = var.service_nodes.maximum
    desired_size = var.service_nodes.minimum
  }

  update_config {
    max_unavailable = 1
  }

  node_repair_config {
    enabled = true
  }

  launch_template {
    id      = aws_launch_template.node["service"].id
    version = aws_launch_template.node["service"].latest_version
  }

  lifecycle {
    create_before_destroy = true
    # The autoscaler's business.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [
    aws_iam_role_policy_attachment.node,
    aws_eks_addon.vpc_cni,
    aws_eks_addon.kube_proxy,
    aws_route.private,
  ]
}
