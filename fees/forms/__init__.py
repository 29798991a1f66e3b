"""The forms of the fees: what is filled in about a grid, a version, a line, a modifier, a rate."""
