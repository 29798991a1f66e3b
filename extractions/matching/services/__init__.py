"""Recording what came of a matching, and deciding on it."""
