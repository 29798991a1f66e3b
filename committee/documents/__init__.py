"""The papers of the committee as words: one source for each, set as a PDF and for a word processor, gathered in archives."""
