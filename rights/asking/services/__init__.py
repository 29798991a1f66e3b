"""What a form that is sent changes."""
