"""What is kept of a request that has ended, and until when: its contact, its code, then its rows; each run is counted and signed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, OuterRef

from rights.asking import contacts
from rights.envelopes.services.reporting import write
from rights.models import Request, Routing, in_force
from rights.tracking.models import Count, RetentionReport
from workflow.models import Clock, Task
from workflow.periods import paris_day

REPORT = "guichet/retention/1"
#: Requests of one run: what is left is for the next one.
BATCH = 500


@dataclass(frozen=True)
class Due:
    """What is to be forgotten at an instant."""

    contacts: Any
    codes: Any
    requests: Any

    def counted(self) -> dict[str, int]:
        """How many of each, and nothing else."""
        return {"contacts": self.contacts.count(), "codes": self.codes.count(), "requests": self.requests.count()}


def due(at: datetime) -> Due:
    """The ended requests whose contact, code or rows have reached their term; an opposition in force keeps both, as it can be ended."""
    ended = Request.objects.exclude(closed_at=None).order_by("closed_at", "pk")
    codes_until = at - timedelta(days=settings.RIGHTS_CODE_DAYS)
    rows_until = codes_until - relativedelta(years=settings.RIGHTS_EVIDENCE_YEARS)
    holds = in_force(OuterRef("pk"))
    return Due(
        contacts=ended.filter(closed_at__lte=at - timedelta(days=settings.RIGHTS_CONTACT_DAYS)).exclude(contact=""),
        codes=ended.filter(~holds, closed_at__lte=codes_until).exclude(code_digest=None),
        requests=ended.filter(~holds, closed_at__lte=rows_until),
    )


@transaction.atomic
def forget(at: datetime) -> RetentionReport | None:
    """Forget what is due, with its signed report; None when nothing is. Raises RuleBroken where nothing can be signed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tracking_retention'))")
    found = due(at)
    wiped, forgotten, gone = (list(rows.select_for_update()[:BATCH]) for rows in (found.contacts, found.codes, found.requests))
    for asked in wiped:
        contacts.wipe(asked)
    Request.objects.filter(pk__in=[asked.pk for asked in forgotten]).update(code_digest=None)
    _count(gone)
    _delete(gone)
    return _write(at, len(wiped), len(forgotten), len(gone)) if wiped or forgotten or gone else None


def _count(gone: list[Request]) -> None:
    """Add every part of these requests to the counts that stay."""
    channels = {asked.pk: asked.channel for asked in gone}
    kinds: Counter[tuple[Any, ...]] = Counter(
        (paris_day(row.received_at).replace(day=1), row.database_id, row.right, channels[row.request_id], row.state, row.reason)
        for row in Routing.objects.filter(request__in=gone).order_by("pk")
    )
    for (month, database, right, channel, state, reason), number in kinds.items():
        kind = {"month": month, "database_id": database, "right": right, "channel": channel, "state": state, "reason": reason}
        if not Count.objects.get_or_create(**kind, defaults={"number": number})[1]:
            Count.objects.filter(**kind).update(number=F("number") + number)


def _delete(gone: list[Request]) -> None:
    """Delete rows that are otherwise kept for ever: what hangs from a request in any room goes with it; its journal stays."""
    below: dict[type[models.Model], set[Any]] = defaultdict(set)
    below[Request] = {asked.pk for asked in gone}
    if not gone:
        return
    _gather(Request, below[Request], below)
    clocks = {"subject_type": Routing.subject_type, "subject_id__in": below[Routing]}
    Task.objects.filter(**clocks).delete()
    Clock.objects.filter(**clocks).delete()
    guards = [f"{model._meta.label}:{trigger.name}" for model in below for trigger in getattr(model._meta, "triggers", ())]
    with pgtrigger.ignore(*guards):
        for model in reversed(below):
            model._base_manager.filter(pk__in=below[model])._raw_delete(model._base_manager.db)


def _gather(model: type[models.Model], pks: set[Any], below: dict[type[models.Model], set[Any]]) -> None:
    """The rows of the rooms of rights that hang from these, and those that hang from them."""
    for relation in model._meta.related_objects:
        child: Any = relation.related_model
        if not child.__module__.startswith("rights."):
            continue
        rows = child._base_manager.filter(**{f"{relation.field.name}__in": pks}).values_list("pk", flat=True)
        new = set(rows) - below[child]
        below[child] |= new
        if new:
            _gather(child, new, below)


def _write(at: datetime, wiped: int, forgotten: int, gone: int) -> RetentionReport:
    terms = {
        "contact_days": settings.RIGHTS_CONTACT_DAYS,
        "code_days": settings.RIGHTS_CODE_DAYS,
        "evidence_years": settings.RIGHTS_EVIDENCE_YEARS,
    }
    counted = {"contacts": wiped, "codes": forgotten, "requests": gone}
    return write(RetentionReport, REPORT, {"terms": terms, **counted}, counted, at=at)
