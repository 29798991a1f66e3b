"""What is typed in front of a move of a convention."""
