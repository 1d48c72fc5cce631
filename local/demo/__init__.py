"""A believable year of six communities, lived through the public routes and the clock."""
