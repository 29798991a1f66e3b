"""Filing: from the draft to a complete dossier."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.policies import SIGNATORY
from requests_app.signatures import LAW, Signature, require_signed
from requests_app.states import BEFORE_DECISION, State
from requests_app.substance import changed_since_signed, sentence_on
from requests_app.transitions.base import NOTHING, Recorded, Stage
from workflow.engine import move
from workflow.moves import EVERY_CLOCK
from workflow.refusals import Broken, RuleBroken


class FilingMoves(Stage):
    """Between applicant and secretariat."""

    class Meta:
        abstract = True

    @cached_property
    def signed_points_changed(self) -> tuple[str, ...]:
        """While a complement is awaited: the points of the substance that are not as they were signed, and so call for a signature."""
        return tuple(changed_since_signed(self)) if self.state == State.INCOMPLETE else ()

    def _require_new_signature(self, by: Any, signed: Signature | None) -> Signature:
        """Raise RuleBroken unless a signatory signs what stands there now."""
        if SIGNATORY not in self.roles_of(by):
            raise RuleBroken(Broken(sentence_on(self, list(self.signed_points_changed)), LAW, "signature"))
        return require_signed(self, by, signed)

    @move(source=[State.DRAFT], target=State.SUBMITTED, label=_("File the dossier"), law="décret 2019-536, art. 88", starts=["K-SEC"])
    def submit(self, *, by: Any, at: datetime, delegation_attested: bool = False, signed: Signature | None = None) -> None:
        """The signatory signs and so files the dossier; from here its content is frozen."""
        rules.require_filable(self)
        _require_delegation(delegation_attested)
        device = require_signed(self, by, signed).device
        self.jot(delegation_attested=True, version=self.file_version(by=by, at=at), second_factor=device)
        self.submitted_at = at

    @move(
        source=[State.SUBMITTED],
        target=State.INCOMPLETE,
        label=_("Ask for a complement"),
        law="décret 2019-536, art. 88 et 89",
        ends=["K-SEC"],
        starts=["K-COMP"],
    )
    def ask_for_complement(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The secretariat asks for what is missing, item by item, with reasons."""
        if not act.text.strip():
            raise RuleBroken(Broken(_("Say what is missing and why."), where="text"))
        self.keep("ask_for_complement", act, by=by, at=at)
        self.reminded_at = None

    @move(
        source=[State.INCOMPLETE],
        target=State.SUBMITTED,
        label=_("Send the completed dossier"),
        law="décret 2019-536, art. 88",
        ends=["K-COMP"],
        starts=["K-SEC"],
    )
    def resubmit(self, *, by: Any, at: datetime, act: Recorded = NOTHING, signed: Signature | None = None) -> None:
        """The applicant answers the request for a complement, signed anew if its substance changed; the secretariat's period restarts."""
        rules.require_filable(self)
        if self.signed_points_changed or signed is not None:
            self.jot(second_factor=self._require_new_signature(by, signed).device)
        self.jot(version=self.file_version(by=by, at=at))
        self.keep("resubmit", act, by=by, at=at)

    @move(
        source=[State.INCOMPLETE],
        target=State.ABANDONED,
        label=_("Close the dossier as abandoned"),
        after="K-COMP",
        ends=["K-COMP", EVERY_CLOCK],
        grave=True,
    )
    def abandon(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The secretariat closes a dossier whose applicant was reminded and stayed silent; never automatic."""
        rules.require(self, rules.applicant_was_reminded)
        self.keep("abandon", act, by=by, at=at)

    @move(
        source=[State.SUBMITTED],
        target=State.COMPLETE,
        label=_("Declare the dossier complete"),
        law="décret 2019-536, art. 88",
        ends=["K-SEC"],
    )
    def declare_complete(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The secretariat finds every required piece in place."""
        rules.require_room_conditions(self, "declare_complete")
        self.keep("declare_complete", act, by=by, at=at)
        self.completed_at = at

    @move(source=BEFORE_DECISION, target=State.WITHDRAWN, label=_("Withdraw the dossier"), ends=[EVERY_CLOCK], grave=True)
    def withdraw(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The applicant gives the project up before any decision, and says why."""
        if not act.text.strip():
            raise RuleBroken(Broken(_("Say in a word why the dossier is withdrawn."), where="text"))
        self.keep("withdraw", act, by=by, at=at)


def _require_delegation(attested: bool) -> None:
    if not attested:
        raise RuleBroken(
            Broken(
                _("Attest that the controller has entrusted you with filing this dossier."),
                "décret 2019-536, art. 88",
                "delegation_attested",
            )
        )
