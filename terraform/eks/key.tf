# One key for the cluster's secrets, the logs and the images.
resource "aws_kms_key" "podline" {
  description             = "Secrets, logs and images of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "podline" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.podline.key_id
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109: This is the policy of the key itself. Without its first statement nobody could ever manage it again; IAM decides who may.
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

  statement {
    sid       = "CloudWatchLogs"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values = [
        "arn:${data.aws_partition.current.partition}:logs:${var.region}:${data.aws_caller_identity.current.account_id}:log-group:/aws/eks/${var.name}/*",
        "arn:${data.aws_partition.current.partition}:logs:${var.region}:${data.aws_caller_identity.current.account_id}:log-group:/aws/vpc/${var.name}/*",
      ]
    }
  }
}
