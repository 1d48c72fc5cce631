"""Joining: the emailed link, the sign-up form behind it, and the new member."""
