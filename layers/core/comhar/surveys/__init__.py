"""Surveys: asked by letter, answered without a name, counted once they are closed."""
