"""What is done to a convention while its text is written."""
