"""Joining: the link that is asked for, the form behind it, and the member that comes of it."""
