"""A year's meetings by quarter: held, planned and missing; scheduled together."""
