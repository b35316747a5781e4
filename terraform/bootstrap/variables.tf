variable "region" {
  description = "AWS region of the state bucket and the lock table, for example eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Expected the name of a region such as eu-central-1, got \"${var.region}\"."
  }
}

variable "name" {
  description = "First part of the names of the bucket, the table and the key."
  type        = string
  default     = "podline"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "Expected 3 to 20 lower-case letters, digits and hyphens, a letter first, got \"${var.name}\"."
  }
}

variable "noncurrent_days" {
  description = "How many days an old version of a state is kept."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 30 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "Expected whole days, at least 30, got ${var.noncurrent_days}."
  }
}

variable "deletion_protection" {
  description = "Whether the bucket with its states and the lock table refuse to be deleted. Set it to false, and apply, before terraform destroy."
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
