"""Changes of needs: drafts, proposals, agreements."""
