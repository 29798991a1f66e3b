"""VAT as pages show it: profiles with their treatments, rates with their periods, and what awaits approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from fees.condition_words import in_words
from fees.contents import condition_from
from fees.desk_page import events_in
from fees.models import VatRate, VatTreatment
from fees.models.grids import in_language
from fees.policies import may_approve, may_keep
from fees.tariff.dto import ALWAYS
from workflow.models import JournalLine

#: The last acts that the desk shows.
HISTORY = 30
KINDS: dict[str, Any] = {"taux": VatRate, "traitements": VatTreatment}


@dataclass(frozen=True)
class RowShown:
    """A rate or a treatment, with its words in the reader's language."""

    row: Any
    name: str
    mention: str
    who: str
    holds: bool
    may_approve: bool = False

    @property
    def since(self) -> date | None:
        """Its first day; None for what always held."""
        first: date = self.row.valid.lower
        return None if first == ALWAYS else first

    @property
    def last_day(self) -> date | None:
        """Its last day; None as long as no end is known."""
        return self.row.valid.upper - timedelta(days=1) if self.row.valid.upper else None


def table_of(day: date) -> dict[str, Any]:
    """What counts: every approved rate and treatment, those that hold today marked."""
    return {
        "rates": [_shown(row, day) for row in VatRate.objects.approved().order_by("code", "valid", "pk")],
        "treatments": [_shown(row, day) for row in VatTreatment.objects.approved().order_by("profile", "position", "valid", "pk")],
        "today": day,
    }


def desk_of(user: Any, day: date) -> dict[str, Any]:
    """The same with what awaits approval, and what the reader may do."""
    waiting = [
        (kind, _shown(row, day, user)) for kind, model in KINDS.items() for row in model.objects.proposed().order_by("entered_at", "pk")
    ]
    lines = JournalLine.objects.filter(subject_type__in=[model.subject_type for model in KINDS.values()]).order_by("-recorded_at", "-pk")
    return table_of(day) | {"waiting": waiting, "keeps": may_keep(user), "history": events_in(lines[:HISTORY])}


def row_of(kind: str, pk: int) -> Any:
    """A rate or a treatment; 404 when there is none."""
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(KINDS[kind], pk=pk)


def _shown(row: Any, day: date, user: Any = None) -> RowShown:
    holds = row.valid.lower <= day and (row.valid.upper is None or day < row.valid.upper)
    mention = in_language(getattr(row, "mention_fr", ""), getattr(row, "mention_en", ""))
    who = in_words(condition_from(getattr(row, "condition", None)))
    approves = user is not None and may_approve(user, row.author_id)
    return RowShown(row, in_language(row.name_fr, row.name_en), mention, who, holds, approves)
