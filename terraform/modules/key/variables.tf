variable "name" {
  description = "The key's alias, without alias/."
  type        = string
}

variable "description" {
  description = "What is encrypted with it."
  type        = string
}

variable "log_groups" {
  description = "Names of the log groups of CloudWatch that are encrypted with it, * for any part."
  type        = list(string)
  default     = []
  nullable    = false
}
