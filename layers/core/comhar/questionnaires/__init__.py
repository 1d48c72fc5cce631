"""Questionnaires: questions that co-chairs and the office write themselves, and starting a survey of them."""
