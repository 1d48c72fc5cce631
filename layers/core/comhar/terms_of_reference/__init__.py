"""A community's terms of reference: written together, signed, kept by version."""
