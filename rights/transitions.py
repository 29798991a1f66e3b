"""The moves of a request at one controller, in their order; each leaves one dated line that names neither the person nor the data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rights import rules
from rights.states import OPEN, Complement, Lapse, Right, RoutingState
from workflow import clocks
from workflow.engine import Subject, move
from workflow.moves import EVERY_CLOCK

S = RoutingState
#: The legal month; the working day in which the window hands on; how long a complement is awaited.
MONTH, HANDING_ON, AWAITING = "K-DRO", "K-TRA", "K-CPL"
AT_WORK = [S.TAKEN_UP, S.EXTENDED]
ANSWERABLE = [*AT_WORK, S.COMPLEMENT_ASKED]
OVER = [MONTH, EVERY_CLOCK]


class RoutingMoves(Subject):
    """The part of a request that went to one controller."""

    subject_type: ClassVar[str] = "routing"
    # The facts that moves write; the columns stand in `models`.
    right: Any
    reason: Any
    complement: Any
    prolonging: Any
    lapse: Any
    extended_at: Any
    ended_at: Any

    class Meta:
        abstract = True

    @move(source=[S.DEPOSITED], target=S.TRANSMITTED, label=_("Fetch the request"), ends=[HANDING_ON])
    def transmit(self, *, by: Any, at: datetime) -> None:
        """The controller has fetched the sealed envelope."""

    @move(source=[S.TRANSMITTED], target=S.TAKEN_UP, label=_("Take up the request"), law=rules.ANSWER_IN_TIME)
    def take_up(self, *, by: Any, at: datetime) -> None:
        """The controller has opened the envelope on its side and examines the request; the window's copy is due to be purged."""

    @move(source=AT_WORK, target=S.COMPLEMENT_ASKED, label=_("Ask for a complement"), law=rules.IDENTITY, starts=[AWAITING])
    def ask_complement(self, *, by: Any, at: datetime, kind: str) -> None:
        """Something lacks: what kind of thing is said, the question itself is sealed for the person. Identity alone stops the month."""
        self.complement = rules.require_complement(kind)
        self.jot(kind=kind)
        if kind == Complement.IDENTITY:
            clocks.suspend(self, MONTH, at, "identity")

    @move(source=[S.COMPLEMENT_ASKED], target=S.TAKEN_UP, label=_("Receive the complement"), ends=[AWAITING])
    def give_complement(self, *, by: Any, at: datetime) -> None:
        """The person has answered; a month that stood still runs again."""
        if self.complement == Complement.IDENTITY:
            clocks.resume(self, MONTH, at)
        self.complement = ""

    @move(
        source=AT_WORK,
        target=S.EXTENDED,
        label=_("Extend the time limit"),
        law=rules.ANSWER_IN_TIME,
        extends=MONTH,
        fits=rules.not_extended,
    )
    def extend(self, *, by: Any, at: datetime, reason: str) -> None:
        """Two months more, said with its reason inside the first month."""
        self.prolonging, self.extended_at = rules.require_prolonging(reason), at
        self.jot(reason=reason)

    @move(source=ANSWERABLE, target=S.ACCEPTED, label=pgettext_lazy("request", "Accept"), law=rules.ANSWER_IN_TIME, ends=OVER)
    def accept(self, *, by: Any, at: datetime) -> None:
        """What was asked for is done."""
        self._end(at)

    @move(
        source=ANSWERABLE,
        target=S.PARTLY_ACCEPTED,
        label=pgettext_lazy("request", "Accept in part"),
        law=rules.REFUSAL,
        ends=OVER,
        fits=rules.is_not_a_lifting,
    )
    def accept_in_part(self, *, by: Any, at: datetime, reason: str) -> None:
        """A part is done; the rest is refused for a reason of the list."""
        self._refuse_for(reason, at)

    @move(
        source=ANSWERABLE,
        target=S.REFUSED,
        label=pgettext_lazy("request", "Refuse"),
        law=rules.REFUSAL,
        ends=OVER,
        fits=rules.is_not_a_lifting,
        grave=True,
    )
    def refuse(self, *, by: Any, at: datetime, reason: str) -> None:
        """It is refused for a reason of the list, with its text, the complaint to the CNIL and the remedy of the courts."""
        self._refuse_for(reason, at)

    @move(
        source=ANSWERABLE,
        target=S.NO_DATA,
        label=_("Answer that no data were found"),
        law=rules.ANSWER_IN_TIME,
        ends=OVER,
        fits=rules.is_not_a_lifting,
    )
    def find_nothing(self, *, by: Any, at: datetime) -> None:
        """The controller holds no data of this person."""
        self._end(at)

    @move(source=sorted(OPEN), target=S.WITHDRAWN, label=_("Withdraw the request"), ends=[EVERY_CLOCK], grave=True)
    def withdraw(self, *, by: Any, at: datetime) -> None:
        """The person gives the request up."""
        self._end(at)

    @move(source=[S.DEPOSITED, S.TRANSMITTED, S.COMPLEMENT_ASKED], target=S.EXPIRED, label=_("Expire"), law=rules.REFUSAL, ends=OVER)
    def expire(self, *, by: Any, at: datetime) -> None:
        """Nobody opened it while it was kept, or the complement never came: the person is told what remains possible."""
        self.lapse = Lapse.NO_COMPLEMENT if self.state == S.COMPLEMENT_ASKED else Lapse.UNOPENED
        self._end(at)
        self.jot(lapse=str(self.lapse))

    def _refuse_for(self, reason: str, at: datetime) -> None:
        """Keep the reason; the text it rests on goes into the line."""
        self.reason = rules.require_reason(self.right, reason)
        self._end(at)
        self.jot(reason=reason, text=rules.LAW_OF[reason])

    def _end(self, at: datetime) -> None:
        """Note the end; a month that stood still runs again first, so that nobody is counted late for the days on which it did not run."""
        if self.state == S.COMPLEMENT_ASKED and self.complement == Complement.IDENTITY:
            clocks.resume(self, MONTH, at)
        self.complement, self.ended_at = "", at

    @property
    def is_granted(self) -> bool:
        """Was it accepted, at least in part?"""
        return self.state in (S.ACCEPTED, S.PARTLY_ACCEPTED)

    @property
    def is_lifting(self) -> bool:
        """Does it end an opposition?"""
        return self.right == Right.LIFTING
