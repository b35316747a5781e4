# The bucket, its region, the lock table and the key come from backend.hcl, which ../bootstrap writes.
terraform {
  backend "s3" {
    key     = "podline/eks.tfstate"
    encrypt = true
    # Beside the DynamoDB table of backend.hcl: the state is locked in both places, so tools that know only one are held
    # off as well. Terraform calls the table deprecated; leave dynamodb_table out of backend.hcl once all of yours are 1.11.
    use_lockfile = true
  }
}
