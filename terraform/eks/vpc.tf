resource "aws_vpc" "podline" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Taken over so that it lets nothing through: nothing here uses it, and nothing shall by mistake.
resource "aws_default_security_group" "none" {
  vpc_id = aws_vpc.podline.id

  tags = { Name = "${var.name}-none" }
}

# Image layers lie in S3: this way they neither pass the NAT gateways nor are paid for there.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.podline.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]

  tags = { Name = "${var.name}-s3" }
}
