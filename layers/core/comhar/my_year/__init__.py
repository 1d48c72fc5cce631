"""A member's year on one page for themselves: made when asked for, stored nowhere."""
