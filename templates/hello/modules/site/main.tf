# Built with what Terraform brings along: no provider has to be fetched.
terraform {
  required_version = ">= 1.6"
}

variable "name" {
  description = "Name of the environment"
  type        = string
}

variable "greeting" {
  description = "What the page says"
  type        = string
}

variable "user" {
  description = "Who may see the private page"
  type        = string
}

variable "password" {
  description = "The password of the private page"
  type        = string
  sensitive   = true
}

resource "terraform_data" "page" {
  input = {
    title    = "Environment ${var.name}"
    greeting = var.greeting
  }
}

resource "terraform_data" "account" {
  input = "${var.user}:${var.password}"

  # An account without a page would be of no use.
  depends_on = [terraform_data.page]
}

output "title" {
  value = terraform_data.page.output.title
}

output "greeting" {
  value = terraform_data.page.output.greeting
}

output "login" {
  description = "user:password, as HTTP's basic authentication takes it"
  value       = terraform_data.account.output
  sensitive   = true
}
