# State holds what Terraform knows of the cluster.
module "key" {
  source = "../modules/key"

  name        = "${var.name}-state"
  description = "Terraform state of ${var.name}"
}

moved {
  from = aws_kms_key.state
  to   = module.key.aws_kms_key.key
}

moved {
  from = aws_kms_alias.state
  to   = module.key.aws_kms_alias.key
}
