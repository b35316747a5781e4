# Copy to terraform.tfvars, which git ignores, and change these four. All others stand in *variables.tf.
region    = "eu-central-1"
zones     = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
host_name = "podline.example.org"

# Where you work from. `curl -s https://checkip.amazonaws.com` tells your address.
api_allowed_cidrs = ["203.0.113.7/32"]

# administrators = ["arn:aws:iam::123456789012:role/operators"]
