"""A meeting with its agenda and its day: its page, and its facilitator's pack."""
