"""Erasure: everything about a person goes, what the community needs stays without a name."""
