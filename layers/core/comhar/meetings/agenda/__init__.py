"""Agendas: items that members propose, the arrangement, and what is issued."""
