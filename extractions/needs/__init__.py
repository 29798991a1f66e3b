"""The expression of needs: what is asked of one holder, in versions that both sides agree."""
