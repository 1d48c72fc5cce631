"""Letters: written with a change, posted once, and tracked until they arrive."""
