# One key for the cluster's secrets, the logs and the images.
module "key" {
  source = "../modules/key"

  name        = var.name
  description = "Secrets, logs and images of ${var.name}"
  log_groups  = ["/aws/eks/${var.name}/*", "/aws/vpc/${var.name}/*"]
}

moved {
  from = aws_kms_key.podline
  to   = module.key.aws_kms_key.key
}

moved {
  from = aws_kms_alias.podline
  to   = module.key.aws_kms_alias.key
}
