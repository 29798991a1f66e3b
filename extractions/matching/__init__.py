"""What came of a matching: rate, passes, and the decision to go on."""
