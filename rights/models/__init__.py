"""What the window keeps of a request: no name, no words, nothing that tells who it was."""

from rights.models.requests import Request, Routing

__all__ = ["Request", "Routing"]
