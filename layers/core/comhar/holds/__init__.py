"""Holds on deletion: the office puts them on records, changes and lifts them."""
