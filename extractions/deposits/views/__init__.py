"""The pages of linkage tables: each view makes one domain call."""
