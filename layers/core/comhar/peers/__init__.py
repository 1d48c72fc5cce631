"""Peers: people in one role in different regions find and write to each other."""
