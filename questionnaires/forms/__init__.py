"""The forms of the editor, and the fields in which questions are answered."""
