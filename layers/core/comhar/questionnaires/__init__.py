"""Questionnaires: questions for surveys, written by co-chairs and the office."""
