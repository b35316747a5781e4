variable "region" {
  description = "AWS region of the cluster, for example eu-central-1. It needs three availability zones."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Expected the name of a region such as eu-central-1, got \"${var.region}\"."
  }
}

variable "name" {
  description = "Name of the cluster, and first part of the names of all that belongs to it."
  type        = string
  default     = "podline"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "Expected 3 to 20 lower-case letters, digits and hyphens, a letter first, got \"${var.name}\"."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of the cluster and its nodes. 1.35 is what Podline's tests run on. Raise it one minor version at a time."
  type        = string
  default     = "1.35"
  nullable    = false

  validation {
    condition     = can(regex("^1\\.(3[5-9]|[4-9][0-9])$", var.kubernetes_version))
    error_message = "Expected 1.35 or later, without a patch version, got \"${var.kubernetes_version}\"."
  }
}

variable "api_allowed_cidrs" {
  description = "Networks from which the cluster's API can be reached over the internet, for example your office's. Empty: only from inside the VPC, and then Terraform has to run there too."
  type        = list(string)

  validation {
    condition     = alltrue([for cidr in var.api_allowed_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "Expected IPv4 networks such as 203.0.113.0/24, none of them the whole internet, got ${jsonencode(var.api_allowed_cidrs)}."
  }
}

variable "administrators" {
  description = "ARNs of IAM roles and users that administer the cluster, beside the one that creates it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.administrators : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", arn))])
    error_message = "Expected ARNs of IAM roles or users, such as arn:aws:iam::123456789012:role/operators, got ${jsonencode(var.administrators)}."
  }
}

variable "host_name" {
  description = "Host name of the service, for which a certificate is ordered."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.host_name))
    error_message = "Expected a host name such as podline.example.org, got \"${var.host_name}\"."
  }
}

variable "repositories" {
  description = "Repositories for images: the server's, and copies of the images that programs run in."
  type        = set(string)
  default     = ["podline", "podline-python", "podline-node"]
  nullable    = false

  validation {
    condition     = contains(var.repositories, "podline") && alltrue([for name in var.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", name))])
    error_message = "Expected names of repositories, podline among them, got ${jsonencode(var.repositories)}."
  }
}

variable "log_retention_days" {
  description = "How long the control plane's logs and the network's flow logs are kept, in days; one of the values that CloudWatch knows."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Expected 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653, got ${var.log_retention_days}."
  }
}

variable "deletion_protection" {
  description = "Whether the cluster and repositories with images refuse to be deleted. Set it to false, and apply, before terraform destroy."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags for everything, beside project, managed-by and state."
  type        = map(string)
  default     = {}
  nullable    = false
}
