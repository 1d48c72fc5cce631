"""The AWS services: one module a service, and the only places that call it."""
