"""The pages of a negotiation."""
