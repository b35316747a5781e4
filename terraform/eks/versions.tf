terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }

    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ project = var.name, managed-by = "terraform", state = "eks" }, var.tags)
  }
}

# For one object only, the network policy in system-policy.tf. The AWS command line gives the token at the moment of use,
# so none stands in the state.
provider "kubernetes" {
  host                   = aws_eks_cluster.podline.endpoint
  cluster_ca_certificate = base64decode(aws_eks_cluster.podline.certificate_authority[0].data)

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", aws_eks_cluster.podline.name, "--region", var.region]
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
