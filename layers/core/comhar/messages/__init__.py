"""Messages: co-chairs and the office write to the members of a community."""
