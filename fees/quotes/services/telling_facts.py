"""Facts that the content of a dossier does not hold, said by the applicant's team or settled by the fee manager; and the work done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.quotes.facts import text_of
from fees.quotes.models import FactEntry, WorkDone
from fees.quotes.policies import MAY
from fees.quotes.states import Origin
from fees.tariff.dto import BadFact, Source
from fees.tariff.facts import FACTS, parsed
from requests_app.models import Dossier
from requests_app.policies import roles_on
from workflow.engine import lock_and_reread
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

NO_ROLE = _("None of your roles on this dossier allows this.")


@dataclass(frozen=True)
class Work:
    """Work that was done on a line; a negative quantity corrects what was noted too much."""

    grid_code: str
    line_code: str
    quantity: Decimal
    done_on: date
    note: str
    dimension: str = ""


@dataclass(frozen=True)
class Part:
    """Of what a fact is said: of one holder (`holder`, its code), of one database (`source`, its slug), or of the whole."""

    dimension: str = ""
    of: str = ""


WHOLE = Part()


@transaction.atomic
def declare_facts(dossier: Dossier, values: Mapping[str, Any], *, by: Any, at: datetime, part: Part = WHOLE) -> list[FactEntry]:
    """Keep what the team declares: None takes a fact back; what does not change leaves no row. Raises NotAllowed, RuleBroken."""
    _require(by, "declare_fact", dossier)
    if unknown := [key for key in values if key not in FACTS or FACTS[key].source is Source.ASSESSED]:
        raise RuleBroken(*(Broken(_("This fact is settled by the fee manager."), where=key) for key in unknown))
    return _enter(dossier, values, Origin.DECLARED, "", part, by=by, at=at)


@transaction.atomic
def settle_facts(dossier: Dossier, values: Mapping[str, Any], reason: str, *, by: Any, at: datetime, part: Part = WHOLE) -> list[FactEntry]:
    """Keep what the fee manager settles, with the reason; it holds over what the team declares. Raises NotAllowed, RuleBroken."""
    _require(by, "settle_fact", dossier)
    if not reason.strip():
        raise RuleBroken(Broken(_("Say on what these facts rest: the applicant reads it."), where="reason"))
    return _enter(dossier, values, Origin.ASSESSED, reason.strip(), part, by=by, at=at)


def _enter(dossier: Dossier, values: Mapping[str, Any], origin: str, reason: str, part: Part, *, by: Any, at: datetime) -> list[FactEntry]:
    lock_and_reread(dossier)
    texts, broken = {}, []
    for key, value in values.items():
        try:
            texts[key] = "" if value is None else text_of(parsed(key, text_of(value)))
        except BadFact:
            broken.append(Broken(_("This value cannot be used for this fact."), where=key))
    if broken:
        raise RuleBroken(*broken)
    held = last_entries(dossier, origin, part)
    told = {"dimension": part.dimension, "of": part.of, "origin": origin, "reason": reason, "entered_at": at, "entered_by": by}
    changed = {key: text for key, text in texts.items() if text != held.get(key, "")}
    return [FactEntry.objects.create(dossier=dossier, key=key, value=text, **told) for key, text in changed.items()]


def last_entries(dossier: Dossier, origin: str, part: Part = WHOLE) -> dict[str, str]:
    """What was last said of each fact of the whole, or of a part, by this side, taken back or not."""
    rows = FactEntry.objects.filter(dossier=dossier, origin=origin, dimension=part.dimension, of=part.of).order_by("entered_at", "pk")
    return {row.key: row.value for row in rows}


@transaction.atomic
def log_work(dossier: Dossier, work: Work, *, by: Any, at: datetime) -> WorkDone:
    """Note work done on a line. Raises NotAllowed, RuleBroken for work to come, none, or a correction below nothing."""
    _require(by, "log_work", dossier)
    lock_and_reread(dossier)
    broken = []
    if work.done_on > paris_day(at):
        broken.append(Broken(_("This day is yet to come."), where="done_on"))
    if not work.note.strip():
        broken.append(Broken(_("Say what was done."), where="note"))
    if work.quantity == 0 or _done_with(dossier, work) < 0:
        broken.append(Broken(_("Note a quantity; a correction does not go below nothing."), where="quantity"))
    if broken:
        raise RuleBroken(*broken)
    told = {name: getattr(work, name) for name in ("grid_code", "line_code", "dimension", "quantity", "done_on")}
    return WorkDone.objects.create(dossier=dossier, note=work.note.strip()[:300], entered_at=at, entered_by=by, **told)


def _done_with(dossier: Dossier, work: Work) -> Decimal:
    same = {name: getattr(work, name) for name in ("grid_code", "line_code", "dimension")}
    return sum((row.quantity for row in WorkDone.objects.filter(dossier=dossier, **same)), work.quantity)


def _require(by: Any, action: str, dossier: Dossier) -> None:
    if not roles_on(by, dossier) & MAY[action]:
        raise NotAllowed(NO_ROLE)
