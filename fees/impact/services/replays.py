"""Past quotes are replayed on a version, and the sums of each step join those of the steps before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fees.contents import version_of
from fees.impact.models import Replay, ReplayRefusal, ReplayRise, ReplayRow
from fees.impact.past import accepted, stream
from fees.impact.policies import may_replay
from fees.impact.replaying import MOST, Tally, take
from fees.impact.services import stepping
from fees.models import GridVersion
from fees.queries import vat_table
from fees.rules import require_calculable
from fees.states import GridState
from workflow.refusals import NotAllowed, WrongState

KIND = "impact_replay"
CHANGED = "changed"
_ADDED = ("quotes", "refused", "former", "new", "risen", "fallen", "risen_by", "fallen_by")


@transaction.atomic
def begin(version: GridVersion, *, by: Any, at: datetime) -> Replay:
    """Begin to replay every accepted quote on a version; who asks while it runs is shown the run, and one that halted goes on.

    Raises NotAllowed, WrongState, and RuleBroken for a draft by which nothing can be priced.
    """
    if not may_replay(by):
        raise NotAllowed(_("Only those who draw up or approve grids have past quotes replayed."))
    held = GridVersion.objects.select_for_update(of=("self",)).select_related("grid").get(pk=version.pk)
    if held.state == GridState.WITHDRAWN:
        raise WrongState(_("A version that was withdrawn prices nothing."))
    require_calculable(held)
    running = Replay.objects.filter(version=held, finished_at=None).first()
    if running is None:
        running = Replay.objects.create(version=held, content_sha256=held.content_sha256, **stepping.told(accepted(), by, at))
        stepping.queue_step(KIND, running, at)
    elif stepping.has_halted(running, at):
        stepping.go_on(KIND, running, at)
    return running


@transaction.atomic
def take_step(replay: Replay, step: int, *, at: datetime) -> None:
    """Price the next quotes again and queue the step after; a step that was made already is passed over."""
    rows = Replay.objects.select_for_update(of=("self",)).select_related("version__grid")
    held = rows.get(pk=replay.pk)
    if held.finished_at or held.steps != step:
        return
    if held.content_sha256 != held.version.content_sha256:
        held.failed_because, held.finished_at = CHANGED, at
        held.save(update_fields=["failed_because", "finished_at"])
        return
    tally = _priced_again(held)
    _join(held, tally)
    stepping.note_step(held, tally.seen, tally.reached, at)
    held.replaced += tally.replaced
    held.save()
    if held.is_under_way:
        stepping.queue_step(KIND, held, at)


def _priced_again(held: Replay) -> Tally:
    tally, version, vat = Tally(), version_of(held.version), vat_table()
    for past in stream(stepping.quotes_left(held), stepping.STEP):
        take(tally, past, version, vat)
    return tally


def _join(held: Replay, tally: Tally) -> None:
    """Add the sums of a step to those that stand: a few rows, however many quotes."""
    _join_rows(held, tally)
    _join_refusals(held, tally)
    if tally.rises:
        rises = [ReplayRise(replay=held, quote_id=-pk, former=former, new=new, rise=rise) for rise, pk, former, new in tally.rises]
        ReplayRise.objects.bulk_create(rises)
        kept = ReplayRise.objects.filter(replay=held).order_by("-rise", "quote_id").values("pk")[:MOST]
        ReplayRise.objects.filter(replay=held).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def _join_rows(held: Replay, tally: Tally) -> None:
    standing = {(row.kind, row.code): row for row in held.rows.all()}
    for (kind, code), sums in tally.rows.items():
        row = standing.setdefault((kind, code), ReplayRow(replay=held, kind=kind, code=code))
        row.name = row.name or tally.names.get(code, "")[:250]
        for name in _ADDED:
            setattr(row, name, getattr(row, name) + getattr(sums, name))
    ReplayRow.objects.bulk_create(
        [standing[cell] for cell in tally.rows],
        update_conflicts=True,
        unique_fields=["replay", "kind", "code"],
        update_fields=[*_ADDED, "name"],
    )


def _join_refusals(held: Replay, tally: Tally) -> None:
    standing = {(row.kind, row.key): row for row in held.refusals.all()}
    for (kind, key), count in tally.refusals.items():
        row = standing.setdefault((kind, key), ReplayRefusal(replay=held, kind=kind, key=key))
        row.quotes += count
    ReplayRefusal.objects.bulk_create(
        [standing[cell] for cell in tally.refusals],
        update_conflicts=True,
        unique_fields=["replay", "kind", "key"],
        update_fields=["quotes"],
    )
