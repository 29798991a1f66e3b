"""Entrusting several dossiers at once: each one stands alone, and those that are refused are named with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests_app.models import Dossier
from requests_app.services import assign
from workflow.refusals import Refusal


@dataclass
class Assigned:
    """How many were entrusted, and which were not, why."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def assign_many(references: Iterable[str], *, officer: Any, by: Any, at: datetime) -> Assigned:
    """Entrust these dossiers to an officer; those that already are stay untouched."""
    report = Assigned()
    for dossier in Dossier.objects.visible_to(by).for_page().filter(reference__in=list(references)).order_by("pk"):
        if dossier.officer_id == officer.pk:
            continue
        try:
            assign(dossier, officer=officer, by=by, at=at)
        except Refusal as refusal:
            report.refused.append((dossier.reference, str(refusal)))
        else:
            report.done += 1
    return report
