"""The committee: from a complete dossier to its opinion, and what the applicant makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.signatures import Signature, require_signed
from requests_app.states import EXPRESS_OPINIONS, Opinion, State
from requests_app.transitions.base import NOTHING, Recorded, Stage
from workflow.engine import move
from workflow.moves import Start
from workflow.refusals import Broken, RuleBroken

#: The committee's period: the month, or the short period of what is urgent. Only one of them runs.
PERIODS = ("K-CES", "K-CES-U")


class CommitteeMoves(Stage):
    """Before the scientific and ethics committee (CESREES)."""

    class Meta:
        abstract = True

    @move(
        source=[State.COMPLETE],
        target=State.WITH_COMMITTEE,
        label=_("Send to the committee"),
        law="décret 2019-536, art. 88 et 90",
        starts=[Start("K-CES", rules.is_not_urgent), Start("K-CES-U", rules.is_urgent), Start("K-DATA", rules.uses_catalogue_bases)],
        fits=rules.goes_to_committee,
    )
    def send_to_committee(self, *, by: Any, at: datetime, act: Recorded = NOTHING, urgent: bool = False) -> None:
        """The committee receives the dossier: its month starts, or the fifteen days of what is urgent, and holders have ten days."""
        rules.needs_reason_for_urgency(urgent, act.text)
        self.keep("send_to_committee", act, by=by, at=at)
        self.sent_to_committee_at, self.urgent = at, urgent
        self.jot(urgent=urgent or None)

    @move(
        source=[State.WITH_COMMITTEE],
        target=None,
        label=_("Extend the committee's period"),
        law="décret 2019-536, art. 90",
        extends="K-CES",
        fits=rules.goes_to_committee,
    )
    def extend_committee(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The president, or who stands in where the president takes no part, extends the month once, before it expires, with a reason."""
        rules.require_maker(self, "extend_committee", by)
        if not act.text.strip():
            raise RuleBroken(Broken(_("An extension must give its reason."), "décret 2019-536, art. 90", "text"))
        self.keep("extend_committee", act, by=by, at=at)

    @move(
        source=[State.WITH_COMMITTEE],
        target=State.OPINION_GIVEN,
        label=_("Record the committee's opinion"),
        law="décret 2019-536, art. 90",
        before=PERIODS,
        ends=[*PERIODS, "K-DATA"],
    )
    def record_opinion(self, *, by: Any, at: datetime, opinion: str, act: Recorded) -> None:
        """The committee gives its opinion; the last three kinds must say their reasons."""
        if opinion not in EXPRESS_OPINIONS:
            raise RuleBroken(Broken(_("Choose one of the committee's four opinions."), "décret 2019-536, art. 90", "opinion"))
        rules.needs_reasons(opinion, act.text)
        rules.require_room_conditions(self, "record_opinion")
        self.keep("record_opinion", act, by=by, at=at, outcome=opinion)
        self.opinion, self.opinion_at = opinion, at

    @move(
        source=[State.WITH_COMMITTEE],
        target=State.OPINION_GIVEN,
        label=_("Opinion deemed favourable"),
        law="décret 2019-536, art. 90",
        after=PERIODS,
        ends=[*PERIODS, "K-DATA"],
    )
    def deem_favourable(self, *, by: Any, at: datetime) -> None:
        """The committee's period has lapsed: the law deems its opinion favourable."""
        self.keep("deem_favourable", NOTHING, by=by, at=at, outcome=Opinion.TACIT)
        self.opinion, self.opinion_at = Opinion.TACIT, at

    @move(
        source=[State.OPINION_GIVEN],
        target=State.SUBMITTED,
        label=_("File a revised version"),
        law="décret 2019-536, art. 91",
        starts=["K-SEC"],
    )
    def revise(self, *, by: Any, at: datetime, act: Recorded = NOTHING, signed: Signature | None = None) -> None:
        """The signatory signs and so files a new version after the opinion, which stays on file."""
        rules.require_filable(self)
        device = require_signed(self, by, signed).device
        self.jot(version=self.file_version(by=by, at=at), former_opinion=self.opinion, second_factor=device)
        self.keep("revise", act, by=by, at=at)
        self.opinion, self.opinion_at = "", None
        self.cnil_wished_at = self.sent_to_committee_at = self.completed_at = None
