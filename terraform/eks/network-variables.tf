variable "zones" {
  description = "Three availability zones of the region. Named rather than looked up, so that a zone that AWS opens later moves nothing: aws ec2 describe-availability-zones --query 'AvailabilityZones[].ZoneName'."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.zones)) == 3 && length(var.zones) == 3 && alltrue([for zone in var.zones : can(regex("^${var.region}[a-z]$", zone))])
    error_message = "Expected three different zones of ${var.region}, such as ${var.region}a, got ${jsonencode(var.zones)}."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the VPC, from a private range, /16 to /18. Each pod takes one."
  type        = string
  default     = "10.40.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.).*/1[678]$", var.vpc_cidr))
    error_message = "Expected a private network of /16 to /18 such as 10.40.0.0/16, got \"${var.vpc_cidr}\"."
  }
}

variable "nat_gateway_per_zone" {
  description = "Whether each zone has a NAT gateway of its own. With one for all, the loss of its zone cuts the nodes of the others off the registries and the database."
  type        = bool
  default     = true
  nullable    = false
}
