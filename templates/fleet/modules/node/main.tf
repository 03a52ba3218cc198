terraform {
  required_version = ">= 1.6"
}

variable "name" {
  type = string
}

variable "network" {
  type = string
}

variable "join_key" {
  description = "What the node joins the fleet with"
  type        = string
  sensitive   = true
}

variable "delay_seconds" {
  description = "How long the node pretends to take"
  type        = number
  default     = 0
}

resource "terraform_data" "machine" {
  input = "${var.network}/${var.name}"

  provisioner "local-exec" {
    command = "sleep ${var.delay_seconds}"
  }
}

resource "terraform_data" "membership" {
  input            = terraform_data.machine.output
  triggers_replace = sha256(var.join_key)
}

output "address" {
  value = terraform_data.membership.output
}
