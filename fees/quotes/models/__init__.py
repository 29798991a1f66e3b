"""What the room of quotes stores: quotes with their payers, what holders estimate, the facts and the work that prices rest on."""

from fees.quotes.models.estimates import EstimateFigure, EstimateRequest
from fees.quotes.models.facts import FactEntry, WorkDone
from fees.quotes.models.on_paper import PaperAcceptance
from fees.quotes.models.quotes import Quote, QuotePaper, QuotePayer, QuoteSeries

__all__ = [
    "EstimateFigure",
    "EstimateRequest",
    "FactEntry",
    "PaperAcceptance",
    "Quote",
    "QuotePaper",
    "QuotePayer",
    "QuoteSeries",
    "WorkDone",
]
