"""One act on many dossiers: rehearsed first, so that the preview tells what will be refused and why; then done, one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Dossier
from requests_app.services import assign, remind
from ui.words import day_in_words
from workflow.engine import lock_and_reread
from workflow.refusals import Refusal, WrongState

#: More than a person can look over, and a few seconds of the database.
MOST = 500


@dataclass(frozen=True)
class Item:
    """One dossier: what becomes of it, or why nothing does; `seen` is the rank of its last journal line when it was looked at."""

    reference: str
    title: str
    url: str
    seen: int
    change: str = ""
    refusal: str = ""

    @property
    def token(self) -> str:
        """The dossier as the preview sends it back."""
        return f"{self.reference}:{self.seen}"


@dataclass
class Outcome:
    """What will be done, or was done, and what will not, or was not."""

    done: list[Item] = field(default_factory=list)
    refused: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Act:
    """Something that is done to many dossiers, each through its ordinary service."""

    code: str
    title: Any
    make: Callable[[Any, Any, datetime], None]
    change: Callable[[Any], str]
    officer: Any = None


def entrusting(officer: Any) -> Act:
    """Entrust dossiers to an officer."""

    def make(dossier: Any, by: Any, at: datetime) -> None:
        if dossier.officer_id == officer.pk:
            raise WrongState(_("This dossier is entrusted to this officer already."))
        assign(dossier, officer=officer, by=by, at=at)

    def change(dossier: Any) -> str:
        words = {"before": str(dossier.officer) if dossier.officer else _("nobody yet"), "after": str(officer)}
        return _("%(before)s → %(after)s") % words

    return Act("assign", gettext_lazy("Entrust dossiers"), make, change, officer)


def _remind(dossier: Any, by: Any, at: datetime) -> None:
    remind(dossier, by=by, at=at)


def _reminded(dossier: Any) -> str:
    if dossier.reminded_at is None:
        return _("A first reminder is sent")
    return _("Another reminder is sent; the last one left on %(day)s") % {"day": day_in_words(dossier.reminded_at)}


REMINDING = Act("remind", gettext_lazy("Remind the applicants"), _remind, _reminded)


class _Undone(Exception):
    """Ends a rehearsal: what was done is taken back."""


def rehearse(act: Act, references: Iterable[str], *, by: Any, at: datetime) -> Outcome:
    """Do it to each dossier and take it back, so that the preview says exactly what the act will say."""

    def try_out(dossier: Any, _seen: int) -> None:
        act.make(dossier, by, at)
        raise _Undone

    return _each(act, dict.fromkeys(references), by, try_out)


def perform(act: Act, seen: Mapping[str, int], *, by: Any, at: datetime) -> Outcome:
    """Do it to each dossier by itself; one on which something happened since it was looked at is left as it is."""

    def make(dossier: Any, seen_at: int) -> None:
        lock_and_reread(dossier)
        if dossier.journal_seq != seen_at:
            raise WrongState(_("Something happened on this dossier since the preview: look at it again."))
        act.make(dossier, by, at)

    return _each(act, seen, by, make)


def _each(act: Act, wanted: Mapping[str, Any], by: Any, make: Callable[[Any, int], None]) -> Outcome:
    outcome = Outcome()
    asked = list(wanted)[:MOST]
    visible = Dossier.objects.visible_to(by).for_frame().select_related("content__body_in_charge").filter(reference__in=asked)
    for dossier in visible.order_by("reference"):
        item = Item(dossier.reference, dossier.title, dossier.get_absolute_url(), dossier.journal_seq, act.change(dossier))
        refusal = _refusal(make, dossier, wanted[dossier.reference])
        if refusal is None:
            outcome.done.append(item)
        else:
            outcome.refused.append(Item(item.reference, item.title, item.url, item.seen, refusal=str(refusal)))
    return outcome


def _refusal(make: Callable[[Any, int], None], dossier: Any, seen: Any) -> Refusal | None:
    try:
        with transaction.atomic():
            make(dossier, seen)
    except Refusal as refusal:
        return refusal
    except _Undone:
        return None
    return None


def tokens(sent: Iterable[str]) -> dict[str, int]:
    """The dossiers that a preview sends back, each with the rank at which it was looked at; what makes no sense is left out."""
    parts = (token.rpartition(":") for token in sent)
    return {reference: int(rank) for reference, _colon, rank in parts if reference and rank.isascii() and rank.isdigit() and len(rank) < 10}
