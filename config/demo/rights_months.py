"""Two past months of requests about rights in the demonstration, so that the public figures have something to count and to mask."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from catalogue.models import Database
from config.demo.dossiers import replaying
from config.demo.rights_requests import MAIN, OPENED, RARE, WAREHOUSE, Story, tell
from rights.measures.availability import PAGE
from rights.measures.availability import WAITED as WAITED_STEP
from rights.measures.models import Month, StepCount
from rights.measures.services.closing import close_due
from rights.measures.services.complaining import count_complaints
from rights.measures.states import ComplaintSource
from rights.states import Level, Prolonging, Reason, Right
from workflow.periods import paris_day

Steps = tuple[tuple[int, str, dict[str, str]], ...]
ACCEPTED: Steps = (*OPENED, (9, "accept", {}))
#: What was asked in each of the months: how often, where, what, and what has happened since.
KINDS: tuple[tuple[int, str, Right, Steps, str], ...] = (
    (14, MAIN, Right.OPPOSITION, ACCEPTED, Level.RESEARCH),
    (12, MAIN, Right.ACCESS, (*OPENED, (12, "accept", {})), ""),
    (12, WAREHOUSE, Right.ACCESS, (*OPENED, (7, "accept", {})), ""),
    (3, MAIN, Right.OPPOSITION, (*OPENED, (8, "refuse", {"reason": Reason.CONSTITUTION})), Level.RESEARCH),
    (4, RARE, Right.OPPOSITION, ACCEPTED, Level.RESEARCH),
    (2, RARE, Right.ACCESS, (*OPENED, (20, "extend", {"reason": Prolonging.COMPLEXITY}), (24, "accept", {})), ""),
)
#: Pages of the form in a month.
REACHED = {"who": 310, "databases": 240, "rights": 180, "identity": 120, "sent": 80}
#: All its pages together, those that ended in an error, and those that had to wait.
PAGES, FAILED, WAITED = 1_240, 3, 11
#: Complaints that the officer knows of for each month.
COMPLAINTS = {ComplaintSource.CNIL: 12, ComplaintSource.COURT: 0, ComplaintSource.OTHER: 4}


def furnish(people: dict[str, User], now: datetime) -> None:
    """Make the requests of the two months before this one, and close every month that is over; nothing twice."""
    if not Month.objects.exists():
        databases = {one.slug: one for one in Database.objects.select_related("holder").exclude(holder=None)}
        with replaying():
            for first in _months_before(paris_day(now)):
                _fill(first, databases, people, now)
    close_due(timezone.now())  # after what was just recorded, so that no month counts it twice


def _months_before(today: date) -> list[date]:
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return [(last - timedelta(days=1)).replace(day=1), last]


def _fill(first: date, databases: dict[str, Database], people: dict[str, User], now: datetime) -> None:
    """The requests of a month, which begin on its first days and end before it does."""
    place = 0
    for number, slug, right, steps, level in KINDS:
        for _one in range(number if slug in databases else 0):
            place += 1
            days = (paris_day(now) - first).days - place % 3
            token = f"demo-rights-{first:%Y-%m}-{place}".encode()
            tell(token, Story(days, slug, right, steps, level), databases[slug], people, now)
    StepCount.objects.bulk_create(
        [
            *(StepCount(day=first, step=step, shard=0, shown=shown, refused=shown // 9) for step, shown in REACHED.items()),
            StepCount(day=first, step=PAGE, shard=0, shown=PAGES - FAILED, refused=FAILED),
            StepCount(day=first, step=WAITED_STEP, shard=0, shown=WAITED),
        ],
        ignore_conflicts=True,
    )
    for source, number in COMPLAINTS.items():
        count_complaints(first, source, number, by=people["dpo"], at=now)
