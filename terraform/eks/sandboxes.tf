# Programs, and nothing else: no other pod tolerates the taint. The cluster autoscaler makes nodes here when a program or
# a warm pod waits for one, and takes them away when they are empty.
resource "aws_eks_node_group" "sandboxes" {
  cluster_name           = aws_eks_cluster.podline.name
  node_group_name_prefix = "sandboxes-"
  version                = aws_eks_cluster.podline.version
  node_role_arn          = aws_iam_role.node.arn
  subnet_ids             = [for subnet in aws_subnet.private : subnet.id]
  ami_type               = "AL2023_x86_64_STANDARD"
  # A spot instance that is taken back interrupts its programs.
  capacity_type  = "ON_DEMAND"
  instance_types = var.sandbox_nodes.instance_types
  labels         = { pool = "sandboxes" }

  taint {
    key    = "sandboxes"
    value  = "true"
    effect = "NO_SCHEDULE"
  }

  scaling_config {
    min_size     = var.sandbox_nodes.minimum
    max_size     = var.sandbox_nodes.maximum
    desired_size = var.sandbox_nodes.minimum
  }

  update_config {
    max_unavailable = 1
  }

  node_repair_config {
    enabled = true
  }

  launch_template {
    id      = aws_launch_template.node["sandboxes"].id
    version = aws_launch_template.node["sandboxes"].latest_version
  }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [scaling_config[0].desired_size]
  }

  depends_on = [
    aws_iam_role_policy_attachment.node,
    aws_eks_addon.vpc_cni,
    aws_eks_addon.kube_proxy,
    aws_route.private,
  ]
}

# While there is no node to look at, the autoscaler learns from these tags what one would be like. EKS itself sets the two
# by which it finds the group: k8s.io/cluster-autoscaler/enabled and k8s.io/cluster-autoscaler/<cluster>.
resource "aws_autoscaling_group_tag" "sandboxes" {
  for_each = {
    "k8s.io/cluster-autoscaler/node-template/label/pool"                  = "sandboxes"
    "k8s.io/cluster-autoscaler/node-template/taint/sandboxes"             = "true:NoSchedule"
    "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage" = "${var.sandbox_nodes.disk_gib}Gi"
  }

  autoscaling_group_name = aws_eks_node_group.sandboxes.resources[0].autoscaling_groups[0].name

  tag {
    key                 = each.key
    value               = each.value
    propagate_at_launch = false
  }
}
