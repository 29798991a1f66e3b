"""Forms in front of what is done with a ticket."""
