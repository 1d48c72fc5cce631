"""Reports: what each region's community did in a quarter, as figures that protect small groups."""
