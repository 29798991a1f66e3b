"""What is stored of tickets."""

from extractions.models.tickets import Link, Ticket, Unlinking, Wait

__all__ = ["Link", "Ticket", "Unlinking", "Wait"]
