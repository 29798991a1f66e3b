"""Forms in front of a result and of the decision on it."""
