"""Data export: everything that is held about a person, for that person to download."""
