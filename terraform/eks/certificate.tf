# Valid once the record of the output certificate_validation stands in your DNS.
resource "aws_acm_certificate" "host" {
  domain_name       = var.host_name
  validation_method = "DNS"

  options {
    certificate_transparency_logging_preference = "ENABLED"
  }

  lifecycle {
    create_before_destroy = true
  }
}
