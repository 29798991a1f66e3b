"""What the window keeps of a request: no name, no words, nothing that tells who it was."""

from rights.models.reports import SignedReport
from rights.models.requests import Request, Routing, in_force

__all__ = ["Request", "Routing", "SignedReport", "in_force"]
