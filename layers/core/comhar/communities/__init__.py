"""Communities of practice: one a region, led by two co-chairs for a term."""
