resource "aws_eks_cluster" "podline" {
  #checkov:skip=CKV_AWS_39: The API is public only towards api_allowed_cidrs, which never holds the whole internet; an empty list closes it.
  name                          = var.name
  version                       = var.kubernetes_version
  role_arn                      = aws_iam_role.cluster.arn
  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  bootstrap_self_managed_addons = false
  deletion_protection           = var.deletion_protection

  access_config {
    authentication_mode = "API"
    # Whoever applies this first also makes the network policy in system-policy.tf.
    bootstrap_cluster_creator_admin_permissions = true
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = module.key.arn
    }
  }

  vpc_config {
    subnet_ids              = [for subnet in aws_subnet.private : subnet.id]
    endpoint_private_access = true
    endpoint_public_access  = length(var.api_allowed_cidrs) > 0
    public_access_cidrs     = length(var.api_allowed_cidrs) > 0 ? var.api_allowed_cidrs : null
  }

  # At the end of standard support AWS upgrades the cluster instead of charging six times as much for it.
  upgrade_policy {
    support_type = "STANDARD"
  }

  depends_on = [
    aws_iam_role_policy_attachment.cluster,
    aws_iam_role_policy.cluster_key,
    aws_cloudwatch_log_group.cluster,
  ]
}

# EKS would make it itself, without encryption and for ever.
resource "aws_cloudwatch_log_group" "cluster" {
  #checkov:skip=CKV_AWS_338: A year is the default; who sets log_retention_days lower has a reason.
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = var.log_retention_days
  kms_key_id        = module.key.arn
}
