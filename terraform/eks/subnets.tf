# Nodes and pods. A sixteenth of the VPC for each zone: 4,096 addresses of a /16.
resource "aws_subnet" "private" {
  for_each = { for index, zone in var.zones : zone => index }

  vpc_id            = aws_vpc.podline.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, each.value)

  tags = {
    Name = "${var.name}-private-${each.key}"
    # Where the load balancer controller puts internal load balancers.
    "kubernetes.io/role/internal-elb" = "1"
  }
}

# Load balancers and NAT gateways only. 256 addresses of a /16, behind those of the private ones.
resource "aws_subnet" "public" {
  for_each = { for index, zone in var.zones : zone => index }

  vpc_id                  = aws_vpc.podline.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.vpc_cidr, 8, 240 + each.value)
  map_public_ip_on_launch = false

  tags = {
    Name                     = "${var.name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  }
}
