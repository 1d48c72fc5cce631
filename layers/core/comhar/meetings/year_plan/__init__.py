"""A year's meetings: held, planned and missing in each quarter, and its layout."""
