"""The pages of a convention that lives: each view makes one domain call."""
