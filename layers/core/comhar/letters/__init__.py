"""Letters: written with the change they tell of, posted once, followed to the inbox."""
