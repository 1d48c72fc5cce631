"""Results: what came of surveys, for those who may see it."""
