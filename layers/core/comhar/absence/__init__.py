"""Being away until a day, and people to whom no scheduled emails go."""
