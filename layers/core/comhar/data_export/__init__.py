"""Data export: everything stored about a person, for that person to download."""
