"""The forms of public declarations, and those of the secretariat's desk."""
