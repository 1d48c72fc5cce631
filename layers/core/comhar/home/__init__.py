"""The page of who is signed in: what waits for them, of every topic."""
