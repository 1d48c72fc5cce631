"""Agendas: what members propose, what the co-chairs make of it, what goes out and to whom."""
