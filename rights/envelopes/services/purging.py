"""What is kept too long is deleted, counted and signed: by the clock, by a command, or counted only in a dry run."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from rights.envelopes.choices import PurgeGround
from rights.envelopes.models import Envelope, PurgeReport, SealedMessage
from rights.envelopes.services.keeping import LONGEST
from rights.envelopes.services.reporting import last_of, write
from rights.models import Routing
from rights.states import UNOPENED, RoutingState
from workflow.engine import lock_and_reread, record

REPORT = "guichet/purge/1"
#: Rows of one report, so that no transaction is long; what is left is for the next report of the same run.
BATCH = 200


@dataclass
class Count:
    """What one run deletes, or would delete."""

    envelopes: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    expired: int = 0
    hashes: list[str] = field(default_factory=list)


def foreseen(at: datetime) -> Count:
    """What a purge would do now; nothing changes."""
    count = Count(messages=SealedMessage.objects.due(at).count())
    for envelope in Envelope.objects.due(at).select_related("routing"):
        count.envelopes[_ground(envelope)] += 1
        count.expired += _expires(envelope)
    return count


def purge(at: datetime) -> list[PurgeReport]:
    """Delete what is due, in reports of at most `BATCH` rows; a run that finds nothing says so. Raises RuleBroken without a signing key."""
    reports = [_one_report(at)]
    while reports[-1].envelopes + reports[-1].messages >= BATCH:
        reports.append(_one_report(at))
    return reports


@transaction.atomic
def _one_report(at: datetime) -> PurgeReport:
    """One report and what it counts stand or fall together; two runs at once follow each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('envelopes_purge'))")
    envelopes = list(Envelope.objects.due(at).values_list("pk", "routing")[:BATCH])
    messages = list(SealedMessage.objects.due(at).values_list("pk", "routing")[: BATCH - len(envelopes)])
    count, number = Count(), last_of(PurgeReport)[0] + 1
    doomed: list[tuple[Any, str]] = []
    for routing in _locked({row[1] for row in [*envelopes, *messages]}, at):
        doomed += _settled(routing, {row[0] for row in envelopes}, {row[0] for row in messages}, count, number, at)
    report = _write(count, at)
    for row, ground in doomed:
        row.sealed, row.purged_at, row.purged_for, row.purge = b"", at, ground, report
        gone = ["attestation"] if isinstance(row, Envelope) else []
        for name in gone:
            setattr(row, name, None)
        row.save(update_fields=["sealed", "purged_at", "purged_for", "purge", *gone])
    return report


def _locked(pks: set[int], at: datetime) -> list[Routing]:
    """The requests concerned, locked first as every move does, in one order; one that moved meanwhile is for the next run."""
    routings = list(Routing.objects.filter(pk__in=pks).order_by("pk"))
    for routing in routings:
        lock_and_reread(routing)
    return [routing for routing in routings if routing.moved_at is None or routing.moved_at <= at]


def _settled(routing: Routing, envelopes: set[int], messages: set[int], count: Count, number: int, at: datetime) -> list[tuple[Any, str]]:
    """What of a request is due still, counted; a request that nobody opened expires; its journal says what was deleted."""
    rows: list[tuple[Any, str]] = []
    for envelope in Envelope.objects.due(at).filter(pk__in=envelopes, routing=routing):
        envelope.routing = routing
        rows.append((envelope, _ground(envelope)))
        count.envelopes[_ground(envelope)] += 1
        if _expires(envelope):
            routing.expire(by=User.objects.system(), at=at)
            count.expired += 1
    given_up = routing.state == RoutingState.WITHDRAWN
    for message in SealedMessage.objects.due(at).filter(pk__in=messages, routing=routing):
        rows.append((message, PurgeGround.GIVEN_UP if given_up else PurgeGround.TERM))
        count.messages += 1
    hashes = [row.sha256 for row, _ground in rows]
    count.hashes += hashes
    if rows:
        record(routing, "purge", by=User.objects.system(), at=at, facts={"report": number, "sha256": hashes})
    return rows


def _expires(envelope: Envelope) -> bool:
    """Does the request end with its envelope: nobody has said that it could be opened?"""
    return envelope.routing.state in UNOPENED


def _ground(envelope: Envelope) -> str:
    """Why it goes."""
    if envelope.routing.state == RoutingState.WITHDRAWN:
        return PurgeGround.GIVEN_UP.value
    return (PurgeGround.OPENED if envelope.kept_until < envelope.at + LONGEST else PurgeGround.TERM).value


def _write(count: Count, at: datetime) -> PurgeReport:
    """The report, signed: counts, the hash of the hashes, and the hash of the report before it. Raises RuleBroken."""
    told = {
        "envelopes": {ground: count.envelopes[ground] for ground in PurgeGround.values},
        "messages": count.messages,
        "expired": count.expired,
        "deleted": hashlib.sha256("\n".join(sorted(count.hashes)).encode()).hexdigest(),
    }
    counted = {"envelopes": count.envelopes.total(), "messages": count.messages, "expired": count.expired}
    return write(PurgeReport, REPORT, told, counted, at=at)
