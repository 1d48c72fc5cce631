"""The register: the list of members, kept by the National Office."""
