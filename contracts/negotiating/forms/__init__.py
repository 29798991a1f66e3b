"""The forms of a negotiation."""
