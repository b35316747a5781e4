# The addresses from which the cluster reaches the internet: what the database's access list has to name.
resource "aws_eip" "nat" {
  #checkov:skip=CKV2_AWS_19: Each belongs to a NAT gateway below; checkov does not follow for_each there.
  for_each = toset(var.nat_gateway_per_zone ? var.zones : [var.zones[0]])

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.podline]
}

resource "aws_nat_gateway" "podline" {
  for_each = aws_eip.nat

  allocation_id = each.value.id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  depends_on = [aws_internet_gateway.podline]
}
