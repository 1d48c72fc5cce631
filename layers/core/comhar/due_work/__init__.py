"""Work that is due later, and the lease under which a worker does it."""
