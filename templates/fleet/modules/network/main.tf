terraform {
  required_version = ">= 1.6"
}

variable "name" {
  type = string
}

variable "region" {
  type = string
}

resource "terraform_data" "network" {
  input = "${var.region}/${var.name}"
}

output "id" {
  value = terraform_data.network.output
}
