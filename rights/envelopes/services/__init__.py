"""What changes keys and envelopes."""
