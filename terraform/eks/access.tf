# Who administers the cluster beside its creator. Nodes get their entries from EKS.
resource "aws_eks_access_entry" "administrator" {
  for_each = toset(var.administrators)

  cluster_name  = aws_eks_cluster.podline.name
  principal_arn = each.value
}

resource "aws_eks_access_policy_association" "administrator" {
  for_each = aws_eks_access_entry.administrator

  cluster_name  = aws_eks_cluster.podline.name
  principal_arn = each.value.principal_arn
  policy_arn    = "arn:${data.aws_partition.current.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}
