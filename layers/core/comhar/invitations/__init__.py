"""Invitations: whom the national office asks to join, one by one or by a list."""
