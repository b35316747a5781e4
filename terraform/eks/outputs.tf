output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.podline.name
}

output "region" {
  description = "Region of the cluster."
  value       = var.region
}

output "vpc_id" {
  description = "VPC of the cluster. The load balancer controller has to be told, as it cannot ask the instance metadata."
  value       = aws_vpc.podline.id
}

output "nat_addresses" {
  description = "Addresses from which the service reaches the database: what the access list of MongoDB Atlas has to name."
  value       = [for address in aws_eip.nat : address.public_ip]
}

output "repository_urls" {
  description = "Where images are pushed."
  value       = { for name, repository in aws_ecr_repository.image : name => repository.repository_url }
}

output "load_balancer_controller_role_arn" {
  description = "Role of the service account kube-system/aws-load-balancer-controller."
  value       = aws_iam_role.service_account["load-balancer-controller"].arn
}

output "cluster_autoscaler_role_arn" {
  description = "Role of the service account kube-system/cluster-autoscaler."
  value       = aws_iam_role.service_account["cluster-autoscaler"].arn
}

output "certificate_validation" {
  description = "The DNS record by which the certificate becomes valid."
  value = one([
    for option in aws_acm_certificate.host.domain_validation_options : {
      name  = option.resource_record_name
      type  = option.resource_record_type
      value = option.resource_record_value
    }
  ])
}

output "certificate_arn" {
  description = "The certificate, for aws acm wait certificate-validated."
  value       = aws_acm_certificate.host.arn
}

output "overlay_settings" {
  description = "What k8s/overlays/eks reads: the content of its settings.env."
  value       = <<-EOT
    IMAGE=${aws_ecr_repository.image["podline"].repository_url}
    HOST_NAME=${var.host_name}
    CERTIFICATE_ARN=${aws_acm_certificate.host.arn}
    VPC_CIDR=${aws_vpc.podline.cidr_block}
  EOT
}

output "next_command" {
  description = "What to run next, in this folder. docs/eks.md goes on from there."
  value       = "aws eks update-kubeconfig --region ${var.region} --name ${aws_eks_cluster.podline.name} && kubectl get nodes"
}
