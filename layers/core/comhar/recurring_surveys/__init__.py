"""Surveys that recur: of the whole community, twice a year or once."""
