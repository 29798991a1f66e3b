"""What is read out of an authorisation, when somebody is reminded, and what looks odd in a number: warnings, never refusals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from requests_app.cnil.models import Obligation
from requests_app.cnil.reference import figures_on
from requests_app.states import BY_COMMITMENT_AFTER_OPINION
from workflow.models import JournalLine
from workflow.refusals import Broken

EXTENSION_LAW = "loi 78-17, art. 66, V"

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_FRENCH = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)


@dataclass(frozen=True)
class Condition:
    """One condition of an authorisation: its words, and its day if one was given."""

    words: str
    due_on: date | None = None


def day_of(text: str) -> date | None:
    """A day written as 2026-12-31 or 31/12/2026; None for anything else."""
    found = _ISO.fullmatch(text.strip()) or _FRENCH.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def conditions_in(text: str) -> list[Condition]:
    """The conditions of a decision, one a line: its words, then a bar and its day if it has one. A day that cannot be read stays words."""
    return [_condition(line) for line in (line.strip(" \t-–•") for line in text.splitlines()) if line]


def _condition(line: str) -> Condition:
    words, bar, day = (part.strip() for part in line.rpartition("|"))
    found = day_of(day) if bar and words else None
    return Condition(words, found) if found else Condition(line)


def request_key(number: str) -> str:
    """A request number as it is compared: capitals, without spaces, dots and “n°”."""
    return re.sub(r"^N[°Oº]?(?=\d)", "", re.sub(r"[\s.\-_/]", "", number).upper())


def odd_numbers(move: str, reference: str, day: date | None) -> list[str]:
    """What looks odd in the number given with a move: sentences, none when it looks like the CNIL's own, or is empty."""
    figures = figures_on(day or date.max)
    pattern, example = {
        "seize_cnil": (figures.request_pattern, figures.request_example),
        "authorise": (figures.decision_pattern, figures.decision_example),
    }.get(move, ("", ""))
    if not pattern or not reference.strip() or re.fullmatch(pattern, reference.strip(), re.IGNORECASE):
        return []
    words = {"number": reference.strip(), "example": example}
    return [_("“%(number)s” does not look like a number of the CNIL, for example %(example)s.") % words]


def cautions(move: str, dossier: Any, said: Mapping[str, Any], by: Any) -> Iterable[str]:
    """What this room has to say of a move's form before it is recorded."""
    reference = said.get("reference") or ""
    yield from odd_numbers(move, reference, said.get("happened_on"))
    if move == "verify_commitment" and dossier.procedure in BY_COMMITMENT_AFTER_OPINION and reference.strip():
        others = type(dossier).objects.filter(authorisation_number__iexact=reference.strip()).exclude(pk=dossier.pk)
        if others.exists():
            yield _("This number stands on another dossier already: after an opinion, each project has a commitment of its own.")


def was_extended(dossier: Any) -> Iterable[Broken]:
    """The CNIL extends its period so often on one request: a period that starts anew from a complete file gives no further extension."""
    most = figures_on(dossier.cnil_received_on or date.max).extensions_a_request
    since = _lines(dossier, "seize_cnil").order_by("-seq").values_list("seq", flat=True).first() or 0
    if _lines(dossier, "cnil_extends").filter(seq__gt=since).count() >= most:
        yield Broken(_("The CNIL has extended its period on this request already: it does so once, even after complements."), EXTENSION_LAW)


def _lines(dossier: Any, action: str) -> Any:
    return JournalLine.objects.filter(subject_type=dossier.subject_type, subject_id=dossier.pk, action=action)


def reminder_day(obligation: Obligation, today: date) -> date | None:
    """The last day, up to today, on which a letter was to remind of an obligation; None when none was yet, or it has no day."""
    if obligation.due_on is None or not obligation.is_open:
        return None
    figures, due = figures_on(today), obligation.due_on
    days = [due - timedelta(days=ahead) for ahead in figures.reminders_before]
    late = (today - due).days
    if late > 0:
        days.append(due + timedelta(days=late - late % figures.reminder_late_every))
    return max((day for day in days if day <= today), default=None)


def is_to_be_reminded(obligation: Obligation, today: date) -> bool:
    """Has a day of reminding come since the last letter?"""
    day = reminder_day(obligation, today)
    last = obligation.reminded_on
    return day is not None and (last is None or last < day)
