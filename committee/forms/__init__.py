"""What the committee fills in."""
