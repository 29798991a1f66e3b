"""The moves of a convention, from the first draft to its end."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts import rules
from contracts.states import OPEN, ConventionState
from requests_app.signatures import Signature
from workflow.engine import Subject, move
from workflow.moves import EVERY_CLOCK, Start
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken
from workflow.seals import text_digest


class ConventionMoves(Subject):
    """A convention."""

    subject_type: ClassVar[str] = "convention"
    # The facts that moves write; the columns stand in `models.conventions`.
    latest: Any
    approved_version: Any
    approved_at: Any
    approved_by: Any
    signed_at: Any
    effective_from: Any
    effective_until: Any
    tacit_renewal_months: Any
    ended_on: Any
    words: Any
    salt: Any
    root_id: Any

    class Meta:
        abstract = True

    def lock_above(self) -> None:
        """What an amendment changes is locked before the amendment, whoever acts on which of them."""
        if self.root_id is not None:
            type(self)._base_manager.select_for_update(of=("self",)).get(pk=self.root_id)

    def keep_words(self, words: str) -> None:
        """Keep why; the journal has its salted hash only."""
        self.words, self.salt = words, secrets.token_hex(16)
        self.jot(text_sha256=text_digest(self.salt, words))

    @move(source=[ConventionState.DRAFT], target=ConventionState.REVIEW, label=_("Send to the legal check"))
    def send_to_review(self, *, by: Any, at: datetime) -> None:
        """The text is whole: a legal officer reads it before anybody outside does."""
        rules.require_text(self)
        rules.require_parties(self)
        self.jot(version=self.latest().number, content_sha256=self.latest().sha256)

    @move(source=[ConventionState.REVIEW], target=ConventionState.DRAFT, label=pgettext_lazy("convention", "Send back to be mended"))
    def send_back(self, *, by: Any, at: datetime, because: str) -> None:
        """Something is to be mended before the counterparties read it; the reason is said to who prepares it."""
        self.keep_words(rules.require_said(because, _("Say what is to be mended.")))

    @move(
        source=[ConventionState.REVIEW, ConventionState.APPROVED],
        target=ConventionState.NEGOTIATION,
        label=_("Open the negotiation"),
        law=rules.ACCESS,
    )
    def open_negotiation(self, *, by: Any, at: datetime) -> None:
        """The counterparties read the text, propose changes and comment upon it."""
        self.approved_version, self.approved_at, self.approved_by = None, None, None
        self.jot(version=self.latest().number)

    @move(
        source=[ConventionState.REVIEW, ConventionState.NEGOTIATION],
        target=ConventionState.APPROVED,
        label=_("Approve the text"),
        law=rules.CONTENT,
        grave=True,
    )
    def approve(self, *, by: Any, at: datetime, version: Any, signed: Signature | None) -> None:
        """A legal officer who has not prepared it approves this very version; from here the text is frozen."""
        rules.require_another(self, by)
        rules.require_parties(self)
        rules.require_latest(self, version)
        rules.require_settled(self)
        device = rules.require_signed(by, signed, version.sha256)
        self.approved_version, self.approved_at, self.approved_by = version, at, by
        self.jot(version=version.number, content_sha256=version.sha256, second_factor=device)

    @move(source=[ConventionState.APPROVED], target=ConventionState.SIGNING, label=_("Send for signature"), law=rules.ACCESS, grave=True)
    def send_for_signature(self, *, by: Any, at: datetime, document_sha256: str) -> None:
        """The sealed document goes to those who sign, in their order."""
        self.jot(version=self.approved_version.number, document_sha256=document_sha256)

    @move(source=[ConventionState.SIGNING], target=ConventionState.NEGOTIATION, label=_("Note a refused signature"), grave=True)
    def refuse_signature(self, *, by: Any, at: datetime, because: str) -> None:
        """Somebody does not sign: all signatures of this version are void, and another version is negotiated."""
        self.keep_words(rules.require_said(because, _("Say why you do not sign.")))
        self.jot(version=self.approved_version.number)
        self.approved_version, self.approved_at, self.approved_by = None, None, None

    @move(source=[ConventionState.SIGNING], target=ConventionState.APPROVED, label=_("Take back from signature"))
    def recall(self, *, by: Any, at: datetime, because: str) -> None:
        """The request is called back or has expired: its signatures are void, and the approved text may be sent anew."""
        self.keep_words(rules.require_said(because, _("Say why the request is called back.")))

    @move(source=[ConventionState.SIGNING], target=ConventionState.SIGNED, label=_("Note the last signature"), law=rules.ACCESS)
    def complete_signature(self, *, by: Any, at: datetime, document_sha256: str) -> None:
        """Every party has signed this very document; its day is that of the last signature."""
        self.signed_at = at
        self.jot(version=self.approved_version.number, document_sha256=document_sha256)

    @move(
        source=[ConventionState.SIGNED],
        target=ConventionState.IN_FORCE,
        label=_("Bring into force"),
        law=rules.ACCESS,
    )
    def enter_force(self, *, by: Any, at: datetime, since: date, until: date | None, renewal_months: int | None = None) -> None:
        """Signed by all, the authorisation valid, the quote accepted and what is due at once paid: it takes effect."""
        rules.require_period(self, since, until)
        for obstacle in self.conditions_missing(paris_day(at)):
            raise RuleBroken(obstacle)
        self.effective_from, self.effective_until, self.tacit_renewal_months = since, until, renewal_months
        self.jot(since=since, until=until)

    @move(source=[ConventionState.IN_FORCE], target=ConventionState.SUSPENDED, label=pgettext_lazy("convention", "Suspend"), grave=True)
    def suspend(self, *, by: Any, at: datetime, because: str) -> None:
        """Its effects stop for a time: the gate to the data closes."""
        self.keep_words(rules.require_said(because, _("Say why the convention is suspended.")))

    @move(source=[ConventionState.SUSPENDED], target=ConventionState.IN_FORCE, label=pgettext_lazy("convention", "Resume"))
    def resume(self, *, by: Any, at: datetime) -> None:
        """The ground of the suspension is gone: it takes effect again."""
        for obstacle in self.conditions_missing(paris_day(at)):
            raise RuleBroken(obstacle)

    @move(
        source=[ConventionState.IN_FORCE, ConventionState.SUSPENDED],
        target=ConventionState.TERMINATED,
        label=pgettext_lazy("convention", "Terminate"),
        ends=[EVERY_CLOCK],
        starts=[Start("K-DESTR", rules.has_delivered)],
        grave=True,
    )
    def terminate(self, *, by: Any, at: datetime, on: date, because: str) -> None:
        """It ends before its day: the gate closes, and what was delivered is to be destroyed."""
        rules.require_ended_on(self, on, paris_day(at))
        self.keep_words(rules.require_said(because, _("Say why the convention is terminated.")))
        self.ended_on = on
        self.jot(on=on)

    @move(
        source=[ConventionState.IN_FORCE, ConventionState.SUSPENDED],
        target=ConventionState.EXPIRED,
        label=pgettext_lazy("convention", "Expire"),
        ends=[EVERY_CLOCK],
        starts=[Start("K-DESTR", rules.has_delivered)],
    )
    def expire(self, *, by: Any, at: datetime) -> None:
        """Its last day has passed: the gate closes, and what was delivered is to be destroyed."""
        if not rules.is_over(self, paris_day(at)):
            raise RuleBroken(Broken(_("The last day of this convention has not passed yet.")))
        self.ended_on = self.effective_until

    @move(
        source=[ConventionState.IN_FORCE],
        target=ConventionState.IN_FORCE,
        label=pgettext_lazy("convention", "Renew"),
    )
    def renew(self, *, by: Any, at: datetime, until: date, renewal_months: int | None = None) -> None:
        """It is renewed as it says itself: tacitly, or by an agreement that is told."""
        # the system follows what an amendment says, which may also bring the end forward
        since = self.effective_from if getattr(by, "is_system", False) else self.effective_until or self.effective_from
        rules.require_period(self, since, until)
        self.effective_until = until
        self.tacit_renewal_months = renewal_months or self.tacit_renewal_months
        self.jot(until=until)

    @move(
        source=[*sorted(OPEN), ConventionState.APPROVED, ConventionState.SIGNED],
        target=ConventionState.ABANDONED,
        label=pgettext_lazy("convention", "Abandon"),
        grave=True,
    )
    def abandon(self, *, by: Any, at: datetime, because: str) -> None:
        """It will not be signed or, if it was, never takes effect; the reason is kept."""
        self.keep_words(rules.require_said(because, _("Say why the convention is abandoned.")))

    @move(
        source=[ConventionState.EXPIRED, ConventionState.TERMINATED],
        target=None,
        label=_("Note the destruction of the data"),
        law="RGPD, art. 5, 1, e",
        ends=["K-DESTR"],
        grave=True,
    )
    def note_destruction(self, *, by: Any, at: datetime, on: date, certificate_sha256: str) -> None:
        """What was delivered under it is destroyed, and somebody certifies it."""
        self.jot(on=on, certificate_sha256=certificate_sha256)

    def conditions_missing(self, day: date) -> list[Broken]:
        """What keeps it from taking effect on a day; `models` answers."""
        raise NotImplementedError
