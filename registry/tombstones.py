"""What stays at the address of a fiche that was withdrawn: when, on which ground, and why."""

from __future__ import annotations

from typing import Any

from registry.because import because_in_words
from registry.models import Fiche, Kind


def tombstone_of(fiche: Fiche) -> dict[str, Any]:
    """The last withdrawal of a fiche, as its own version tells it; nothing of what the fiche said."""
    withdrawn = fiche.versions.filter(kind=Kind.WITHDRAWN).order_by("-number").first()
    return {"fiche": fiche, "withdrawn": withdrawn, "ground": because_in_words(withdrawn.because) if withdrawn else ""}
