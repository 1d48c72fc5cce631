"""Reflections: what members write about their practice.

They are sealed, and shared only if the author says so.
"""
