"""The project's life: convention, data, end, destruction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.states import State
from requests_app.transitions.base import NOTHING, Recorded, Stage
from workflow.engine import move
from workflow.moves import EVERY_CLOCK, Start
from workflow.periods import paris_day


class LifeMoves(Stage):
    """After the authorisation."""

    class Meta:
        abstract = True

    @move(source=[State.AUTHORISED], target=State.CONTRACTING, label=_("Open the convention"), law="CSP, art. R1461-2")
    def begin_contracting(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The parties prepare the convention under which the data are made available."""
        self.keep("begin_contracting", act, by=by, at=at)

    @move(
        source=[State.AUTHORISED],
        target=State.RUNNING,
        label=_("Start without extraction"),
        fits=rules.needs_no_extraction,
    )
    def start_without_extraction(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """A project on the applicant's own data starts without convention or extraction."""
        rules.require(self, rules.is_not_suspended)
        self.keep("start_without_extraction", act, by=by, at=at)
        self.data_opened_on = act.on or paris_day(at)

    @move(
        source=[State.CONTRACTING],
        target=State.IN_PREPARATION,
        label=_("Record the signed convention"),
        law="CSP, art. R1461-2",
        starts=["K-DELIV"],
    )
    def enter_convention(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The convention is signed by all its parties and in force."""
        self.keep("enter_convention", act, by=by, at=at)
        self.convention_on, self.convention_reference = act.on or paris_day(at), act.reference

    @move(
        source=[State.IN_PREPARATION],
        target=State.RUNNING,
        label=_("Record that the data are available"),
        law="CSP, art. L1461-3",
        ends=["K-DELIV"],
    )
    def open_data(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The data are delivered, accepted and open to the named users."""
        rules.require(self, rules.is_not_suspended)
        rules.require_room_conditions(self, "open_data")
        self.keep("open_data", act, by=by, at=at)
        self.data_opened_on = act.on or paris_day(at)

    @move(
        source=[State.RUNNING],
        target=State.ENDED,
        label=_("End the project"),
        law="CSP, art. L1461-3",
        starts=[Start("K-RES", rules.has_no_results_yet)],
    )
    def end(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The project ends; its results are due and the retention of its data runs."""
        self.keep("end", act, by=by, at=at)
        self.ended_on = act.on or paris_day(at)

    @move(
        source=[State.ENDED],
        target=State.DESTROYED,
        label=_("Record the destruction certificate"),
        law="RGPD, art. 5, 1, e",
        grave=True,
    )
    def certify_destruction(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The holder certifies that the data are destroyed; results that are still due do not block it."""
        self.keep("certify_destruction", act, by=by, at=at)
        self.destroyed_on = act.on or paris_day(at)

    @move(source=[State.DESTROYED], target=State.CLOSED, label=_("Close the dossier"), grave=True)
    def close(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """Nothing is left to do."""
        self.keep("close", act, by=by, at=at)

    @move(
        source=[State.AUTHORISED],
        target=State.CLOSED,
        label=_("Apply the amendment and close its dossier"),
        ends=[EVERY_CLOCK],
        fits=rules.amends_another,
    )
    def conclude_amendment(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """What was authorised is written into the dossier that it amends: the amendment's own dossier has nothing left to do."""
        self.keep("conclude_amendment", act, by=by, at=at)
