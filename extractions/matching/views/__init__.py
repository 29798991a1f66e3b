"""The pages of a matching: each view makes one domain call."""
