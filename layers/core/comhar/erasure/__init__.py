"""Erasure: everything about a person is deleted; what must stay is without a name."""
