"""The dashboard of who watches over delays: what is late or near, and what lacks at which controller; never what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest

from accounts.models import Organisation
from catalogue.models import Database
from rights.answering.alerting import life_of, with_handing
from rights.answering.models import Stage
from rights.answering.rules import stages
from rights.entitlements.models import Entitlement
from rights.entitlements.services.offering import offer
from rights.entitlements.states import Way
from rights.envelopes.models import Envelope, PurgeReport
from rights.envelopes.services.keys import keys_for
from rights.measures import policies
from rights.measures.complaints import noted
from rights.measures.forms import ComplaintForm
from rights.measures.gathering import first_month
from rights.models import Routing
from rights.oppositions.guard import age_on
from rights.oppositions.pages import newest
from rights.oppositions.services.commitments import is_opposed
from rights.oppositions.terms import terms_on
from rights.tracking.models import RetentionReport
from rights.transitions import MONTH
from ui.navigation import stand_under
from workflow.models import Clock, Outcome
from workflow.periods import PARIS, paris_day

#: Months for which complaints may still be noted.
MONTHS = 24
#: Rows of a list; the board holds them all.
MOST, REPORTS = 50, 5
YEAR = timedelta(days=365)
#: The daily purge did not run since.
SILENT = timedelta(days=2)


@dataclass(frozen=True)
class Pressing:
    """A request that somebody has to look at: how far its time has gone."""

    number: str
    controller: str
    stage: Stage
    due_on: date | None
    is_paused: bool
    #: Has nobody opened it three days after it lay there?
    waits: bool


@dataclass
class Controller:
    """A controller: what is open there, what ended in twelve months, and whether anything can be sealed to it."""

    name: str
    open: int = 0
    late: int = 0
    unopened: int = 0
    ended: int = 0
    extended: int = 0
    ended_late: int = 0
    has_key: bool = False
    needs_key: bool = False

    @property
    def lacks_key(self) -> bool:
        """Is something to be sealed to it, and no key of its was compared?"""
        return self.needs_key and not self.has_key

    @property
    def extended_percent(self) -> int | None:
        """How many in a hundred of what ended was extended."""
        return round(100 * self.extended / self.ended) if self.ended else None


@dataclass(frozen=True)
class OldSet:
    """A database whose oppositions are older than deliveries allow; without an age it has none at all."""

    database: str
    version: int | None
    age: int | None


def shown(request: HttpRequest, now: datetime, form: ComplaintForm | None = None) -> dict[str, Any]:
    """The dashboard; 404 for who does not watch over delays."""
    if not policies.watches(request.user):
        raise Http404
    stand_under(request, "rights_dashboard")
    pressing = pressing_at(now)
    return {
        "counts": Counter(one.stage.value for one in pressing),
        "late": [one for one in pressing if one.stage == Stage.OVERDUE][:MOST],
        "near": [one for one in pressing if one.stage in (Stage.LAST, Stage.EXTENSION, Stage.MIDDLE)][:MOST],
        "unopened": [one for one in pressing if one.waits][:MOST],
        "unopened_count": sum(one.waits for one in pressing),
        "controllers": controllers_at(now),
        "sets": old_sets(now),
        "terms": terms_on(paris_day(now)),
        "purges": list(PurgeReport.objects.all()[:REPORTS]),
        "retentions": list(RetentionReport.objects.all()[:REPORTS]),
        "silent": is_purge_silent(now),
        "proposed": Entitlement.objects.proposed().count(),
        **_complaints(request.user, now),
        **({"complaint_form": form} if form else {}),
    }


def with_complaints(request: HttpRequest, now: datetime) -> tuple[dict[str, Any], ComplaintForm]:
    """The dashboard with the complaints as they were typed; 404 for who does not note them."""
    if not policies.counts_complaints(request.user):
        raise Http404
    form = ComplaintForm(request.POST, months=months_until(now))
    return shown(request, now, form), form


def months_until(now: datetime) -> list[date]:
    """The months for which complaints may be noted, the last first: since the first request, and of two years at most."""
    first, month = first_month(), paris_day(now).replace(day=1)
    found: list[date] = []
    while first is not None and month >= first and len(found) < MONTHS:
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def _complaints(user: Any, now: datetime) -> dict[str, Any]:
    """The form of who notes complaints, and what was noted last."""
    months = months_until(now) if policies.counts_complaints(user) else []
    return {"complaint_form": ComplaintForm(months=months) if months else None, "noted": noted()}


def is_purge_silent(now: datetime) -> bool:
    """Has the purge not run for two days, while there is something that it should have looked at?"""
    waiting = Envelope.objects.filter(routing__received_at__lt=now - SILENT, purged_at=None)
    return waiting.exists() and not PurgeReport.objects.filter(at__gt=now - SILENT).exists()


def pressing_at(now: datetime) -> list[Pressing]:
    """Every open request of which an alert is due, by the last one, the most urgent first; three queries."""
    today = paris_day(now)
    rows = {one.pk: one for one in with_handing(Routing.objects.open().select_related("organisation"))}
    running = Clock.objects.filter(subject_type=Routing.subject_type, subject_id__in=rows, code=MONTH, outcome=Outcome.RUNNING)
    found = []
    for clock in running.prefetch_related("pauses").order_by("due_on", "subject_id"):
        routing, life = rows[clock.subject_id], life_of(rows[clock.subject_id], clock, today)
        due = stages(life, today)
        if due:
            waits = Stage.UNOPENED in due
            found.append(Pressing(routing.number, str(routing.organisation), due[-1], clock.due_on, life.is_paused, waits))
    return found


def controllers_at(now: datetime) -> list[Controller]:
    """Every controller that has, had or may be sent requests, the one with the most late first."""
    today, found = paris_day(now), dict[int, Controller]()
    for pk, told in _open(today):
        found[pk] = told
    for pk, name, ended, extended, late in _ended(now):
        row = found.setdefault(pk, Controller(name))
        row.ended, row.extended, row.ended_late = ended, extended, late
    for organisation in _sealed_to(today):
        found.setdefault(organisation.pk, Controller(str(organisation))).needs_key = True
    for pk in keys_for(found, now):
        found[pk].has_key = True
    return sorted(found.values(), key=lambda row: (-row.late, not row.lacks_key, -row.open, row.name))


def _due() -> Subquery:
    """The last day of the legal month of a request, whether it runs or has ended."""
    clock = Clock.objects.filter(subject_type=Routing.subject_type, subject_id=OuterRef("pk"), code=MONTH).order_by("-pk")
    return Subquery(clock.values("due_on")[:1])


def _open(today: date) -> Iterable[tuple[int, Controller]]:
    unopened, late = Q(state__in=["deposited", "transmitted"]), Q(due__lt=today) & ~Q(state="complement_asked", complement="identity")
    rows = Routing.objects.open().annotate(due=_due()).order_by().values("organisation", "organisation__name")
    for row in rows.annotate(open=Count("pk"), late=Count("pk", filter=late), unopened=Count("pk", filter=unopened)):
        yield row["organisation"], Controller(row["organisation__name"], row["open"], row["late"], row["unopened"])


def _ended(now: datetime) -> Iterable[tuple[int, str, int, int, int]]:
    rows: Any = Routing.objects.filter(ended_at__gt=now - YEAR, ended_at__lte=now).order_by()
    rows = rows.annotate(due=_due(), ended_on=TruncDate("ended_at", tzinfo=PARIS)).values("organisation", "organisation__name")
    extended, late = Count("pk", filter=Q(extended_at__isnull=False)), Count("pk", filter=Q(ended_on__gt=F("due")))
    told: Iterable[tuple[int, str, int, int, int]] = rows.annotate(ended=Count("pk"), extended=extended, late=late).values_list(
        "organisation", "organisation__name", "ended", "extended", "late"
    )
    return told


def _sealed_to(today: date) -> Iterable[Organisation]:
    """The controllers of the rights that are exercised through the window."""
    for offered in offer(today):
        for granted in offered.asked:
            if granted.organisation is not None and granted.statement is not None and granted.statement.way == Way.WINDOW:
                yield granted.organisation


def old_sets(now: datetime) -> list[OldSet]:
    """The databases whose newest set is too old for a delivery, and those with an opposition and no set; three queries."""
    today = paris_day(now)
    sets = list(newest())
    aged = [OldSet(one.database.acronym, one.version, age_on(one, today)) for one in sets]
    others = {one.pk: one.acronym for one in Database.objects.exclude(pk__in=[one.database_id for one in sets]).order_by("acronym")}
    found = [one for one in aged if one.age is not None and one.age > terms_on(today).max_age_days]
    return found + [OldSet(others[pk], None, None) for pk in sorted(is_opposed(list(others)))]
