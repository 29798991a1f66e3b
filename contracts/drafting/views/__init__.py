"""The pages on which a convention is written."""
