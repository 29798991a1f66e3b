"""The pages of needs: each view makes one domain call."""
