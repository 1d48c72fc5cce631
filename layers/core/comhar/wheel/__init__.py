"""The success wheel of a community: its facets, and pictures agreed at meetings."""
