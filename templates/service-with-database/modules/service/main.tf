terraform {
  required_version = ">= 1.6"
}

variable "name" {
  type = string
}

variable "database_url" {
  type      = string
  sensitive = true
}

variable "payments_url" {
  type = string
}

# Stands for a process of your platform: begun anew when it is given another database.
resource "terraform_data" "process" {
  input            = { name = var.name, payments = var.payments_url }
  triggers_replace = sha256(var.database_url)
}

output "address" {
  value = "${terraform_data.process.output.name}.internal:8080"
}
