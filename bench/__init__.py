"""What the system costs in time, on this machine."""
