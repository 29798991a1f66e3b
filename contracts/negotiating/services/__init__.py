"""What is done in a negotiation: proposing, answering, commenting, taking in a counterparty's file."""
