"""What the calendar does to members: mandates begin and end, declarations grow old, and links become known."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from committee.models import Examination, Member
from committee.services import access, declarations, examining, interests, productions, reminding
from committee.services.unpresided import tell_unpresided
from files import orphans
from workflow.refusals import Refusal

log = logging.getLogger("guichet.committee")


@shared_task(name="committee.tasks.settle_members")
def settle_members() -> int:
    """Give and take back the roles that follow from mandates and offices; the answer is how many persons changed."""
    now = timezone.now()
    changed = _each(Member.objects.select_related("user").order_by("pk"), lambda member: access.settle_roles(member, at=now))
    tell_unpresided()
    return changed


@shared_task(name="committee.tasks.find_conflicts")
def find_conflicts() -> int:
    """Take members out of the dossiers in which an interest has become known; the answer is how many withdrawals there were."""
    now = timezone.now()
    examining.open_missing()
    under_way = Examination.objects.open().select_related("dossier__content").order_by("pk")
    return _each(under_way, lambda one: interests.recuse_conflicted(one.dossier, now))


@shared_task(name="committee.tasks.remind_of_interests")
def remind_of_interests() -> int:
    """Write to those whose public declaration is missing or grows old; the answer is how many are concerned."""
    return declarations.remind(timezone.now())


@shared_task(name="committee.tasks.remind_of_reports")
def remind_of_reports() -> int:
    """Write to rapporteurs whose report is due soon or late, and to holders who have not remarked yet; the answer is how many."""
    return reminding.remind(timezone.now())


@shared_task(name="committee.tasks.tidy_papers")
def tidy_papers() -> int:
    """Delete old archives and files that no row knows, and end what was begun and never made; the answer is how many archives."""
    now = timezone.now()
    productions.give_up_before(now - timedelta(days=1), at=now)
    forgotten = productions.forget_before(now - timedelta(days=settings.COMMITTEE_ARCHIVE_DAYS))
    orphans.sweep_unknown(productions.known_files, "committee", before=now - timedelta(days=1))
    return forgotten


def _each(rows: Iterable[Any], act: Callable[[Any], int]) -> int:
    """Do it for each by itself; one that is refused does not stop the others."""
    return sum(_safely(act, row) for row in rows)


def _safely(act: Callable[[Any], int], row: Any) -> int:
    try:
        return int(act(row))
    except Refusal:
        log.exception("committee_calendar_refused")
        return 0
