output "backend_configuration" {
  description = "Where ../eks keeps its state: the content of its backend.hcl."
  value       = <<-EOT
    bucket         = "${aws_s3_bucket.state.id}"
    region         = "${var.region}"
    dynamodb_table = "${aws_dynamodb_table.lock.name}"
    kms_key_id     = "${module.key.arn}"
  EOT
}

output "next_command" {
  description = "What to run next, in this folder."
  value       = "terraform output -raw backend_configuration > ../eks/backend.hcl && cd ../eks && terraform init -backend-config=backend.hcl"
}
