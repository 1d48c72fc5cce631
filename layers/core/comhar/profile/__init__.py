"""A member's own page: what is held about them, changed by themselves; leaving, and coming back."""
