"""Outcomes: what comes of a meeting, from who was there to what was agreed."""
