"""Surveys that a community runs by themselves, at each meeting or every half year."""
