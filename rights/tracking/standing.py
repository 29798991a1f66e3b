"""Where a request stands, database by database: read in a number of queries that does not grow with the databases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rights.entitlements.models import Entitlement
from rights.envelopes.choices import Direction
from rights.envelopes.models import SealedMessage
from rights.models import Request, Routing
from rights.remedies import Remedies, remedies_of
from rights.slots import TRACK_PARTS, Part
from rights.states import GIVEN_UP, Right, RoutingState
from rights.tracking.words import DONE, Told, happened, told_of
from rights.transitions import AWAITING, MONTH
from ui.words import day_in_words, moment_in_words
from workflow.models import Clock, JournalLine
from workflow.periods import paris_day


@dataclass
class Line:
    """What a person reads of one database."""

    routing: Routing
    told: Told
    month: Clock | None
    awaiting: Clock | None
    history: list[tuple[str, str, str]]
    messages: list[SealedMessage]
    lifting: Routing | None
    at: datetime
    #: What the controller has declared for this right on this database: it says where to write.
    declared: Entitlement | None
    parts: list[tuple[Part, dict[str, Any]]] = field(default_factory=list)

    @property
    def stands_still_since(self) -> date | None:
        """The first day that does not count, while the person's identity is awaited."""
        pauses = self.month.pauses.all() if self.month is not None else ()
        return next((pause.since for pause in pauses if pause.until is None), None)

    @property
    def is_late(self) -> bool:
        """Has the day that was promised passed without an answer?"""
        runs = self.routing.is_open and self.month is not None and self.stands_still_since is None
        return bool(runs and self.month is not None and self.month.is_over(self.at))

    @property
    def answered_late(self) -> bool:
        """Did the answer come after the day that was promised?"""
        ended_at = self.routing.ended_at
        return bool(self.routing.is_answered and self.month is not None and ended_at and ended_at >= self.month.expires_at)

    @property
    def done(self) -> str:
        """What a request that was granted means."""
        return str(DONE[self.routing.right]) if self.routing.is_granted else ""

    @property
    def remedies(self) -> Remedies | None:
        """What remains possible against the answer."""
        return remedies_of(self.routing)

    @property
    def asks(self) -> bool:
        """Does the controller await something from the person?"""
        return bool(self.routing.state == RoutingState.COMPLEMENT_ASKED)

    @property
    def can_lift(self) -> bool:
        """May the person ask that this opposition ends?"""
        asked = self.lifting is not None and self.lifting.state not in GIVEN_UP
        return self.routing.right == Right.OPPOSITION and self.routing.is_granted and not asked

    @property
    def reminder(self) -> str:
        """What to write to a controller that is late: ready to be copied, without a name."""
        told = {"number": self.routing.number, "day": self.month.due_on if self.month else "", "right": self.routing.get_right_display()}
        words = _(
            "Hello,\nMy request %(number)s (%(right)s) reached you through the single window. Your answer was due on %(day)s"
            " (GDPR, article 12(3)) and I have not received it.\n"
            "Please answer without further delay. Otherwise I shall complain to the CNIL."
        )
        return words % (told | {"day": _day(told["day"])})


def lines_of(request: HttpRequest, asked: Request, at: datetime) -> list[Line]:
    """Every database of a request, in the order in which it was filed; an end of an opposition stands below what it ends."""
    rows = list(Routing.objects.filter(request=asked).select_related("database", "organisation", "request").order_by("pk"))
    months, awaiting = _clocks(rows)
    histories, messages = _histories(rows), _messages(rows)
    lifting = {row.lifts_id: row for row in rows if row.lifts_id}
    declared = _declared(rows, at)
    shown = [
        Line(
            routing=row,
            told=told_of(row),
            month=months.get(row.pk),
            awaiting=awaiting.get(row.pk),
            history=histories[row.pk],
            messages=messages[row.pk],
            lifting=lifting.get(row.pk),
            at=at,
            declared=declared.get((row.database_id, Right.OPPOSITION if row.is_lifting else row.right)),
        )
        for row in rows
    ]
    for line in shown:
        line.parts = [(part, told) for part in TRACK_PARTS if (told := part.shown(request, line.routing, rows)) is not None]
    return shown


def _clocks(rows: list[Routing]) -> tuple[dict[int, Clock], dict[int, Clock]]:
    """The last legal month of each, and the period in which its complement is awaited."""
    wanted = Clock.objects.filter(subject_type=Routing.subject_type, subject_id__in=[row.pk for row in rows], code__in=[MONTH, AWAITING])
    last: dict[str, dict[int, Clock]] = {MONTH: {}, AWAITING: {}}
    for clock in wanted.prefetch_related("pauses").order_by("pk"):
        last[clock.code][clock.subject_id] = clock
    return last[MONTH], last[AWAITING]


def _declared(rows: list[Routing], at: datetime) -> dict[tuple[int, str], Entitlement]:
    """What each controller has declared for its database, by right."""
    told = Entitlement.objects.in_force(paris_day(at)).filter(database__in=[row.database_id for row in rows])
    return {(one.database_id, one.right): one for one in told.order_by("pk")}


def _histories(rows: list[Routing]) -> dict[int, list[tuple[str, str, str]]]:
    """What happened to each, when in words; of a letter the day on which it came, since its hour was not noted."""
    by_day = {row.pk for row in rows if not row.hour_is_known}
    lines = JournalLine.objects.filter(subject_type=Routing.subject_type, subject_id__in=[row.pk for row in rows])
    told: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for line in lines.order_by("subject_id", "seq"):
        words, named = happened(line.action, line.facts)
        if words:
            is_day = line.action == "deposit" and line.subject_id in by_day
            told[line.subject_id].append((day_in_words(line.at) if is_day else moment_in_words(line.at), words, named))
    return told


def _messages(rows: list[Routing]) -> dict[int, list[SealedMessage]]:
    """What controllers have sealed for the person; the bytes themselves are read when they are asked for."""
    sent = SealedMessage.objects.filter(routing__in=rows, direction=Direction.TO_PERSON).defer("sealed").order_by("at", "pk")
    told: dict[int, list[SealedMessage]] = defaultdict(list)
    for message in sent:
        told[message.routing_id].append(message)
    return told


def _day(day: Any) -> str:
    return day_in_words(day) if day else ""
