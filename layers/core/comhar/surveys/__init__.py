"""Surveys: emailed to members, answered without a name, counted once closed."""
