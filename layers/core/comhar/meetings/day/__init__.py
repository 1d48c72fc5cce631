"""A meeting's day and after: notes, attendance, votes, close, record and actions."""
