# The lock of older tools. Newer ones lock with a file in the bucket as well; the backend of ../eks asks for both.
resource "aws_dynamodb_table" "lock" {
  name                        = "${var.name}-state-lock"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "LockID"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = module.key.arn
  }
}
