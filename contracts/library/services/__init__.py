"""What changes the library without being a move: drafts begun and rewritten, the shipped texts loaded."""
