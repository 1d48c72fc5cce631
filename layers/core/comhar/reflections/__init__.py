"""Reflections: what members write about their practice, sealed, shared only if they say so."""
