"""The authority: the CNIL's authorisation, or a commitment to one of its reference methodologies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app import policies, rules
from requests_app.states import Basis, ClosingReason, State
from requests_app.transitions.base import NOTHING, Recorded, Stage
from workflow import clocks
from workflow.engine import move
from workflow.moves import EVERY_CLOCK
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken

CNIL_PERIOD = "loi 78-17, art. 66 ; décret 2019-536, art. 91"


class AuthorityMoves(Stage):
    """Before the data-protection authority (CNIL)."""

    class Meta:
        abstract = True

    def _require_paper(self, decision: str, act: Recorded, by: Any) -> None:
        """Raise RuleBroken when a decision is transcribed without the paper that says it, from whatever page or list."""
        if not act.has_paper and policies.transcribes(by, self, decision):
            raise RuleBroken(Broken(_("Attach the decision of the CNIL: only its liaison records one without it."), where="document"))

    @move(
        source=[State.OPINION_GIVEN],
        target=State.WITH_CNIL,
        label=_("Transmit to the CNIL"),
        law="décret 2019-536, art. 91",
        starts=["K-CNIL"],
        fits=rules.goes_to_cnil,
    )
    def seize_cnil(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """On the applicant's wish the secretariat transmits the dossier; the period starts when the CNIL receives it complete."""
        rules.require(self, rules.applicant_wants_cnil, rules.content_is_as_filed)
        self.keep("seize_cnil", act, by=by, at=at)
        self.cnil_received_on, self.cnil_request = paris_day(at), act.reference

    @move(
        source=[State.WITH_CNIL],
        target=State.CNIL_INCOMPLETE,
        label=_("The CNIL finds the file incomplete"),
        law="CRPA, art. L114-5",
        ends=["K-CNIL"],
        starts=["K-CNIL-INC"],
    )
    def cnil_finds_incomplete(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The CNIL asks for pieces; its period stops and will start anew."""
        if not act.text.strip():
            raise RuleBroken(Broken(_("Say what the CNIL is missing."), where="text"))
        self.keep("cnil_finds_incomplete", act, by=by, at=at)

    @move(
        source=[State.CNIL_INCOMPLETE],
        target=State.WITH_CNIL,
        label=_("Transmit the complements to the CNIL"),
        law="CRPA, art. L114-5",
        ends=["K-CNIL-INC"],
        starts=["K-CNIL"],
    )
    def complete_for_cnil(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The applicant's complements reach the CNIL through the secretariat; the period runs from this complete file."""
        self.keep("complete_for_cnil", act, by=by, at=at)

    @move(source=[State.WITH_CNIL], target=None, label=_("The CNIL extends its period"), law=CNIL_PERIOD, extends="K-CNIL")
    def cnil_extends(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The CNIL extends its period once for the whole request."""
        rules.require_room_conditions(self, "cnil_extends")
        self._require_paper("cnil_extends", act, by)
        self.keep("cnil_extends", act, by=by, at=at)

    @move(source=[State.WITH_CNIL], target=State.AUTHORISED, label=_("Record the authorisation"), law=CNIL_PERIOD, ends=["K-CNIL"])
    def authorise(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The CNIL authorises, with its number and its conditions."""
        self._require_paper("authorise", act, by)
        _require_reference(act, _("Give the number of the authorisation."))
        self.keep("authorise", act, by=by, at=at, outcome=Basis.EXPRESS)
        self.basis, self.authorised_on, self.authorisation_number = Basis.EXPRESS, act.on or paris_day(at), act.reference

    @move(
        source=[State.WITH_CNIL],
        target=State.REFUSED,
        label=_("Record the refusal"),
        law=CNIL_PERIOD,
        ends=["K-CNIL", EVERY_CLOCK],
        grave=True,
    )
    def refuse(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The CNIL refuses and says why; a new dossier may follow."""
        if not act.text.strip():
            raise RuleBroken(Broken(_("A refusal must give its reasons."), CNIL_PERIOD, "text"))
        self._require_paper("refuse", act, by)
        self.keep("refuse", act, by=by, at=at)

    @move(
        source=[State.WITH_CNIL],
        target=State.CLOSED_WITHOUT_ACTION,
        label=_("Record that the CNIL closes without action"),
        law="règlement intérieur de la CNIL, art. 20",
        ends=["K-CNIL", EVERY_CLOCK],
        grave=True,
    )
    def close_without_action(self, *, by: Any, at: datetime, reason: str, act: Recorded = NOTHING) -> None:
        """The CNIL closes the request without deciding it; a new dossier may follow."""
        if reason not in ClosingReason.values:
            raise RuleBroken(Broken(_("Choose one of the known reasons."), where="reason"))
        self._require_paper("close_without_action", act, by)
        self.keep("close_without_action", act, by=by, at=at, outcome=reason)

    @move(
        source=[State.WITH_CNIL],
        target=State.AUTHORISED,
        label=_("Confirm the tacit authorisation"),
        law="loi 78-17, art. 66, V",
        after="K-CNIL",
        ends=["K-CNIL"],
        fits=rules.opinion_was_expressly_favourable,
        grave=True,
    )
    def confirm_tacit_authorisation(self, *, by: Any, at: datetime, act: Recorded = NOTHING) -> None:
        """The CNIL's period has lapsed after an express favourable opinion: a person confirms what silence meant from its expiry."""
        self.keep("confirm_tacit_authorisation", act, by=by, at=at, outcome=Basis.TACIT)
        clock = clocks.running(self, "K-CNIL")
        expired_on = paris_day(clock.expires_at) if clock else paris_day(at)
        self.basis, self.authorised_on, self.authorisation_number = Basis.TACIT, expired_on, act.reference

    @move(
        source=[State.COMPLETE, State.OPINION_GIVEN],
        target=State.AUTHORISED,
        label=_("Verify the commitment"),
        law="délib. CNIL 2018-155, 2023-082 et 2023-083",
        fits=rules.rests_on_commitment,
    )
    def verify_commitment(self, *, by: Any, at: datetime, act: Recorded) -> None:
        """The secretariat checks the controller's commitment to a reference methodology."""
        rules.require(self, rules.opinion_supports_commitment, rules.content_is_as_filed)
        _require_reference(act, _("Give the number of the commitment."))
        self.keep("verify_commitment", act, by=by, at=at, outcome=Basis.COMMITMENT)
        self.basis, self.authorised_on, self.authorisation_number = Basis.COMMITMENT, act.on or paris_day(at), act.reference


def _require_reference(act: Recorded, sentence: Any) -> None:
    if not act.reference.strip():
        raise RuleBroken(Broken(sentence, where="reference"))
