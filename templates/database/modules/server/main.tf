terraform {
  required_version = ">= 1.6"
}

variable "name" {
  type = string
}

variable "size_gb" {
  type = number
}

variable "password" {
  type      = string
  sensitive = true
}

# Stands for a server of your cloud: kept when its disk grows.
resource "terraform_data" "server" {
  input = var.name
}

resource "terraform_data" "disk" {
  input = { server = terraform_data.server.id, size_gb = var.size_gb }
}

resource "terraform_data" "account" {
  input            = "owner"
  triggers_replace = sha256(var.password)
}

output "host" {
  value = "${terraform_data.server.output}.internal"
}

output "url" {
  value     = "postgres://owner:${var.password}@${terraform_data.server.output}.internal:5432/main"
  sensitive = true
}
