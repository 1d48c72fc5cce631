"""Members: who somebody is, how they sign in, and how members are found."""
