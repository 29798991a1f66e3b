"""Changes of tickets that are not moves."""
