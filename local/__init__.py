"""The embedded stack: the whole system on one machine, from template.yaml, without Docker."""
