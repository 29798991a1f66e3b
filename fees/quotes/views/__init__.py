"""The pages of quotes: each view makes one domain call."""
