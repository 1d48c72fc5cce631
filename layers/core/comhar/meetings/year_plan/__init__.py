"""A year's meetings: what is held, planned and missing in each quarter, and how a year is laid out."""
