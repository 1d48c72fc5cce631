"""Meetings: dates, agendas, answers, and what came of them."""
