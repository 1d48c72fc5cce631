"""The phases of a community, its rests, and its end."""
