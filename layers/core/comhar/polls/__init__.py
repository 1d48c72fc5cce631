"""Polls: members say which dates suit, and the co-chairs pick one."""
