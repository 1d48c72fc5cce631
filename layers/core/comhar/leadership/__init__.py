"""Who leads a community: the member who starts it, then two co-chairs for a term."""
