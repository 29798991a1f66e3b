"""The pages of conventions: each view makes one domain call."""
