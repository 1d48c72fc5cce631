"""A community's vision: what it is for, its goals and up to five objectives."""
