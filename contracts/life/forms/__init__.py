"""What is typed in front of an act on a convention that lives."""
