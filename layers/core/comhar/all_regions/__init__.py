"""What the National Office sees of all regions at once: their communities, and their meetings."""
