terraform {
  required_version = ">= 1.6"
}

variable "name" {
  type = string
}

variable "network" {
  type = string
}

resource "terraform_data" "volume" {
  input = "/dev/${var.network}/${var.name}"
}

output "device" {
  value = terraform_data.volume.output
}
