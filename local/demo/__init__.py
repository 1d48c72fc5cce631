"""A believable year of six communities.

It is lived through the public routes and the clock.
"""
