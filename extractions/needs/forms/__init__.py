"""The forms of needs: its sections, its lists of codes, its proposal and its agreement."""
