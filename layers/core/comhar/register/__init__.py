"""The register: the list of members that the national office keeps, and what is done to it."""
