"""On whose side the time of a ticket has run: pure arithmetic over what happened, the questions to the applicant, and the links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from extractions.states import ENDED, WITH_APPLICANT, Desk, Side, TicketState


@dataclass(frozen=True)
class Step:
    """At an instant the ticket came into a state."""

    at: datetime
    state: str


@dataclass(frozen=True)
class Pause:
    """A question to the applicant, or a proposed need that lies at the desk; `until` is None while it is open."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Stretch:
    """A time during which one side had the next word; `side` is None while the ticket waited for another ticket."""

    side: Side | None
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.until - self.since


def stretches(
    desk: Desk,
    steps: Iterable[Step],
    pauses: Iterable[Pause],
    now: datetime,
    *,
    ready_at: datetime | None = None,
    at_desk: Iterable[Pause] = (),
) -> list[Stretch]:
    """The life of a ticket as stretches, in order and without gap, from its opening to its end or to now.

    `ready_at` is when the last ticket before it was done: until then, what is not on the applicant's side counts for nobody, save the
    times of `at_desk`, in which a need that the applicant has proposed awaited the word of the desk.
    """
    ordered = sorted(steps, key=lambda step: step.at)
    if not ordered:
        return []
    over = next((step.at for step in ordered if step.state in ENDED), now)
    questions, proposed = ([(pause.since, pause.until or over) for pause in some] for some in (pauses, at_desk))
    inner = [moment for pair in questions + proposed for moment in pair] + ([ready_at] if ready_at else []) + [step.at for step in ordered]
    cuts = sorted({moment for moment in inner if ordered[0].at < moment < over} | {ordered[0].at, over})

    def side(since: datetime) -> Side | None:
        if _state_at(ordered, since) in WITH_APPLICANT or _within(questions, since):
            return Side.APPLICANT
        if ready_at is not None and since < ready_at and not _within(proposed, since):
            return None
        return Side(desk)

    return _joined([Stretch(side(since), since, until) for since, until in pairwise(cuts)])


def shares(life: Iterable[Stretch]) -> dict[Side, timedelta]:
    """How long each side had the next word; sides that never had it are left out."""
    found: dict[Side, timedelta] = {}
    for stretch in life:
        if stretch.side is not None:
            found[stretch.side] = found.get(stretch.side, timedelta()) + stretch.length
    return found


def added(many: Iterable[Mapping[Side, timedelta]]) -> dict[Side, timedelta]:
    """The shares of several tickets together, in the order of the sides."""
    found: dict[Side, timedelta] = {}
    for one in many:
        for side, length in one.items():
            found[side] = found.get(side, timedelta()) + length
    return {side: found[side] for side in Side if side in found}


def _state_at(steps: list[Step], moment: datetime) -> str:
    return next((step.state for step in reversed(steps) if step.at <= moment), TicketState.CREATED)


def _within(times: Iterable[tuple[datetime, datetime]], moment: datetime) -> bool:
    return any(start <= moment < end for start, end in times)


def _joined(pieces: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for piece in pieces:
        if found and found[-1].side == piece.side:
            found[-1] = Stretch(piece.side, found[-1].since, piece.until)
        else:
            found.append(piece)
    return found
