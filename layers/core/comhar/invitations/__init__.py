"""Invitations: whom the National Office asks to join, one by one or by a list."""
