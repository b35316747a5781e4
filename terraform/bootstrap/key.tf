# State holds what Terraform knows of the cluster, so it is encrypted with a key whose use stands in CloudTrail.
resource "aws_kms_key" "state" {
  description             = "Terraform state of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "state" {
  name          = "alias/${var.name}-state"
  target_key_id = aws_kms_key.state.key_id
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109: This is the policy of the key itself. Without this statement nobody could ever manage it again; IAM decides who may.
  #checkov:skip=CKV_AWS_111: The same statement.
  #checkov:skip=CKV_AWS_356: In a key's policy the resource "*" is that key.
  statement {
    sid       = "LetIamDecide"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}
