variable "service_nodes" {
  description = "Nodes for the service and the cluster's own pods: x86-64 instance types, how many at least and at most, and the disk of each in GiB."
  type = object({
    instance_types = optional(list(string), ["m7i.large"])
    minimum        = optional(number, 2)
    maximum        = optional(number, 4)
    disk_gib       = optional(number, 50)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.service_nodes.instance_types) > 0
    error_message = "Expected at least one instance type, got none."
  }

  validation {
    condition     = var.service_nodes.minimum >= 2 && var.service_nodes.maximum >= var.service_nodes.minimum
    error_message = "Expected at least 2 nodes, so that the loss of one is no outage, and a maximum that is no smaller, got ${var.service_nodes.minimum} to ${var.service_nodes.maximum}."
  }

  validation {
    condition     = var.service_nodes.disk_gib >= 30
    error_message = "Expected at least 30 GiB, got ${var.service_nodes.disk_gib}."
  }
}

variable "sandbox_nodes" {
  description = "Nodes for programs, tainted so that nothing else runs there: x86-64 instance types of one size, how many at least and at most, and the disk of each in GiB. With a minimum of 0 there are none while no program and no warm pod wants one."
  type = object({
    instance_types = optional(list(string), ["m7i.xlarge"])
    minimum        = optional(number, 0)
    maximum        = optional(number, 10)
    disk_gib       = optional(number, 100)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.sandbox_nodes.instance_types) > 0
    error_message = "Expected at least one instance type, got none."
  }

  validation {
    condition     = var.sandbox_nodes.minimum >= 0 && var.sandbox_nodes.maximum >= max(1, var.sandbox_nodes.minimum)
    error_message = "Expected at least 0 nodes and a maximum of at least 1 that is no smaller, got ${var.sandbox_nodes.minimum} to ${var.sandbox_nodes.maximum}."
  }

  validation {
    condition     = var.sandbox_nodes.disk_gib >= 30
    error_message = "Expected at least 30 GiB, got ${var.sandbox_nodes.disk_gib}."
  }
}
