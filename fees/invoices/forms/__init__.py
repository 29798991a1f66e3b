"""What the fee manager enters: a schedule, a credit note, and what the accountant tells."""
