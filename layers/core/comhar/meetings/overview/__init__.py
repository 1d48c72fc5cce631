"""A meeting as a whole, with its agenda and its day: its page, and the pack of its facilitator."""
