"""The journal of a request in words: what happened, who did it, and when; the person stands there without a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.history import HistoryWords as HistoryWords
from requests_app.journal_words import role_in_words
from rights.models import Routing
from rights.policies import CONTROLLER, MACHINE, PERSON
from ui.registries import Registry
from workflow.models import JournalLine

HAPPENED: dict[str, Any] = {
    "deposit": pgettext_lazy("request", "Received"),
    "transmit": _("Envelope fetched by the controller"),
    "take_up": _("Envelope opened on the controller’s side: under examination"),
    "ask_complement": pgettext_lazy("request", "Complement asked for"),
    "give_complement": _("Complement received"),
    "extend": _("Time limit extended"),
    "accept": pgettext_lazy("request", "Accepted"),
    "accept_in_part": pgettext_lazy("request", "Partly accepted"),
    "refuse": pgettext_lazy("request", "Refused"),
    "find_nothing": _("Answered that no data were found"),
    "withdraw": _("Withdrawn by the person"),
    "expire": pgettext_lazy("request", "Expired"),
    "claim": _("Taken in hand by an agent"),
    "attach": _("Sealed answer added"),
    "lift": _("End of the opposition asked for"),
    "purge": _("The sealed copy kept by this window was deleted"),
}
#: What would tell somebody who does not answer for a request which right it is about.
_TELLING = frozenset({"lift"})
_STANDING: Mapping[str, Any] = {
    CONTROLLER: _("agent of the controller"),
    MACHINE: _("system of the controller"),
    PERSON: _("the person, with their code"),
}
#: Rooms add the words of what they record on a request.
WORDS: Registry[HistoryWords] = Registry()


@dataclass(frozen=True)
class Told:
    """One line of the journal in words; the person is not named, not even as “system”."""

    what: Any
    who: str
    role: Any
    at: datetime
    #: Of a letter, only the day on which it came was noted.
    is_day_only: bool = False


def history_of(routing: Routing) -> list[Told]:
    """What happened to a request, in its order; one query."""
    words = HAPPENED | {one.code: one.label for one in WORDS}
    return [_told(line, words, routing) for line in _lines(routing)]


def history_watched(routing: Routing) -> list[Told]:
    """The same for who watches over delays: without what would tell what the request is about."""
    words = HAPPENED | {one.code: one.label for one in WORDS}
    return [_told(line, words, routing) for line in _lines(routing).exclude(action__in=_TELLING)]


def _lines(routing: Routing) -> Any:
    lines = JournalLine.objects.filter(subject_type=Routing.subject_type, subject_id=routing.pk)
    return lines.select_related("actor").order_by("seq")


def _told(line: JournalLine, words: Mapping[str, Any], routing: Routing) -> Told:
    role = _STANDING.get(line.actor_role) or role_in_words(line.actor_role)
    is_day_only = line.action == "deposit" and not routing.hour_is_known
    return Told(words.get(line.action, line.action), "" if line.actor_role == PERSON else str(line.actor), role, line.at, is_day_only)
