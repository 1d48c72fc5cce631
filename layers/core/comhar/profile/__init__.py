"""A member's own page: details, email address, leaving and coming back."""
