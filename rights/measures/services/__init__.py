"""What closes a month."""
