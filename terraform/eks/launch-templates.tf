resource "aws_launch_template" "node" {
  for_each = {
    service   = var.service_nodes.disk_gib
    sandboxes = var.sandbox_nodes.disk_gib
  }

  name_prefix            = "${var.name}-${each.key}-"
  update_default_version = true

  # One hop ends at the node: pods do not reach its metadata and with it its role.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = each.value
      encrypted             = true
      delete_on_termination = true
    }
  }

  monitoring {
    enabled = true
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(var.tags, { Name = "${var.name}-${each.key}", project = var.name })
  }

  tag_specifications {
    resource_type = "volume"
    tags          = merge(var.tags, { Name = "${var.name}-${each.key}", project = var.name })
  }
}
