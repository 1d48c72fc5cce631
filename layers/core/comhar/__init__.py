"""Comhar: Communities of Practice for mental health engagement and recovery."""
