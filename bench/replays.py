"""Past quotes replayed on a draft grid of thirty lines: time, and memory at its highest. Their snapshots are real."""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from bench import fees
from fees.impact.models import Replay
from fees.impact.services import replays
from fees.services.loading import load
from fees.tariff import dto
from workflow import outbox
from workflow.models import OutboxMessage

GOAL_SECONDS = 60
#: How many quotes one requester has, and how many are made at a time.
OF_A_REQUESTER, AT_ONCE = 50, 500


def run(number: int) -> None:
    """Make the quotes, replay them, print."""
    draft = _population(number)
    began, busy = time.perf_counter(), time.process_time()
    replay, memory = _replayed(draft)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    whole = replay.rows.get(kind="all")
    if not (replay.is_whole and whole.quotes == replay.done == number):
        raise SystemExit(f"{whole.quotes} of {number} quotes were replayed")
    print(
        f"{number:,} accepted quotes of {fees.LINES} lines replayed in {took:.1f} s (goal {GOAL_SECONDS} s for 10,000), {busy:.1f} s of "
        f"them on the processor beside the database's own; {replay.steps} steps; {whole.risen:,} rise",
        flush=True,
    )
    print(f"memory of the process: {memory[0]:.0f} MB after the first step, {max(memory):.0f} MB at its highest", flush=True)


def _population(number: int) -> Any:
    """The quotes by the bench's grid, and a draft of its next version ten per cent dearer."""
    from fees.queries import vat_table
    from tests.fees.factories import a_draft, a_grid, a_keeper
    from tests.fees.replaying import a_requester, accepted_quotes
    from tests.requests_app.factories import cast

    began, people, version = time.perf_counter(), cast(), fees.grid()
    load(author=a_keeper(), approver=a_keeper(), at=timezone.now())
    requesters = [a_requester(people) for _one in range(max(number // OF_A_REQUESTER, 1))]
    vat, asked = vat_table(), fees.requests(number)
    for start in range(0, number, AT_ONCE):
        some = [(requesters[index % len(requesters)], asked[index]) for index in range(start, min(start + AT_ONCE, number))]
        accepted_quotes(some, (version,), vat, start=start + 1)
    lines = tuple(_dearer(line) for line in version.content.lines)
    draft = a_draft(a_grid("BENCH", owner_code="payee-0"), lines=())
    _say(draft, replace(version.content, lines=lines))
    print(f"{number:,} accepted quotes made in {time.perf_counter() - began:.0f} s", flush=True)
    return draft


def _dearer(line: dto.Line) -> dto.Line:
    tiers = tuple(replace(tier, unit_amount=tier.unit_amount * Decimal("1.1")) for tier in line.tiers)
    return replace(line, unit_amount=line.unit_amount * Decimal("1.1"), tiers=tiers)


def _say(draft: Any, content: dto.Content) -> None:
    from fees.services.drafts import change_content

    change_content(draft, lambda _former: content, "bench", by=draft.author, at=timezone.now())


def _replayed(draft: Any) -> tuple[Replay, list[float]]:
    """A run by its messages, one transaction each, as the worker delivers them; and the memory after each step, in MB."""
    replay, memory = replays.begin(draft, by=draft.author, at=timezone.now()), []
    while message := OutboxMessage.objects.filter(kind=replays.KIND, state="queued").first():
        if not outbox.deliver(message.pk, timezone.now()):
            raise SystemExit("a step failed")
        memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6)
    replay.refresh_from_db()
    return replay, memory
