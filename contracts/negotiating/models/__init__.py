"""What the negotiation stores: files received from a counterparty, proposals on clauses, and what is said about them."""

from contracts.negotiating.models.proposals import Comment, Proposal
from contracts.negotiating.models.received import ReceivedText

__all__ = ["Comment", "Proposal", "ReceivedText"]
