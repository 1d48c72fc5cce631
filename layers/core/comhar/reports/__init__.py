"""Reports: a quarter's figures of each region, with small groups protected."""
