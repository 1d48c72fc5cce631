"""The embedded stack: the whole system on one machine, without Docker.

It is built from template.yaml.
"""
