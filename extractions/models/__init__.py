"""What is stored of tickets."""

from extractions.models.tickets import Link, Ticket, Wait

__all__ = ["Link", "Ticket", "Wait"]
