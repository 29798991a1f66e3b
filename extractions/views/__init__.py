"""The pages of tickets: each view makes one domain call."""
