"""Polls: members say which dates suit, the co-chairs pick one; and a year laid out in one go."""
