"""Results: what came of surveys, to those who may see it."""
