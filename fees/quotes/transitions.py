"""The moves of a quote, from the draft to what became of it, and those of a holder's estimate."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fees.quotes import rules
from fees.quotes.states import EstimateState, QuoteState
from requests_app.signatures import Signature
from workflow.engine import Subject, move
from workflow.moves import EVERY_CLOCK, Start
from workflow.periods import paris_day
from workflow.seals import text_digest


class QuoteMoves(Subject):
    """A quote."""

    subject_type: ClassVar[str] = "quote"
    # The facts that moves write; the columns stand in `models`.
    snapshot: Any
    snapshot_sha256: Any
    issued_at: Any
    issued_by: Any
    valid_until: Any
    accepted_at: Any
    accepted_by: Any
    words: Any
    salt: Any
    superseded_by: Any
    payers_read: Any
    line_keys: Any

    class Meta:
        abstract = True

    def keep_words(self, words: str) -> None:
        """Keep why; the journal has its salted hash only."""
        self.words, self.salt = words, secrets.token_hex(16)
        self.jot(text_sha256=text_digest(self.salt, words))

    @move(
        source=[QuoteState.DRAFT],
        target=QuoteState.ISSUED,
        label=_("Issue the quote"),
        law=rules.EHDS,
        starts=[Start("K-DEV", when=rules.lapses)],
        grave=True,
    )
    def issue(self, *, by: Any, at: datetime, valid_until: date, signed: Signature | None) -> None:
        """The fee manager issues what was worked out; from here nothing of it changes."""
        rules.require_snapshot(self)
        rules.require_payers(self, self.payers_read(), self.line_keys())
        device = rules.require_signed(by, signed, self.snapshot_sha256)
        self.issued_at, self.issued_by, self.valid_until = at, by, valid_until
        self.jot(snapshot_sha256=self.snapshot_sha256, valid_until=valid_until, second_factor=device)

    @move(
        source=[QuoteState.ISSUED],
        target=QuoteState.ACCEPTED,
        label=_("Accept the quote"),
        law=rules.EHDS,
        ends=["K-DEV"],
        fits=rules.commits,
        grave=True,
    )
    def accept(self, *, by: Any, at: datetime, signed: Signature | None) -> None:
        """Every payer has accepted: the last of them signs, and the amounts are owed as the quote says."""
        rules.require_valid_on(self, paris_day(at))
        device = rules.require_signed(by, signed, self.snapshot_sha256)
        self.accepted_at, self.accepted_by = at, by
        self.jot(snapshot_sha256=self.snapshot_sha256, second_factor=device)

    @move(
        source=[QuoteState.ISSUED],
        target=QuoteState.ACCEPTED,
        label=_("Note the acceptance on paper"),
        law=rules.EHDS,
        ends=["K-DEV"],
        fits=rules.commits,
        grave=True,
    )
    def accept_on_paper(self, *, by: Any, at: datetime, signed: Signature | None, paper: int, paper_sha256: str) -> None:
        """The last payer has signed on paper: one person recorded it, another has compared it and says so."""
        device = rules.require_signed(by, signed, self.snapshot_sha256)
        self.accepted_at, self.accepted_by = at, by
        self.jot(snapshot_sha256=self.snapshot_sha256, second_factor=device, paper=paper, paper_sha256=paper_sha256)

    @move(
        source=[QuoteState.ISSUED],
        target=QuoteState.DECLINED,
        label=_("Decline the quote"),
        law=rules.EHDS,
        ends=["K-DEV"],
        fits=rules.commits,
        grave=True,
    )
    def decline(self, *, by: Any, at: datetime, because: str) -> None:
        """A payer does not accept, and says why; nothing is owed by this quote."""
        self.keep_words(rules.require_said(because, _("Say why you decline the quote.")))

    @move(source=[QuoteState.ISSUED], target=QuoteState.EXPIRED, label=pgettext_lazy("quote", "Expire"), after="K-DEV", ends=["K-DEV"])
    def expire(self, *, by: Any, at: datetime) -> None:
        """Its last day has passed and nobody has accepted it: a new one is worked out, with the facts and the grids of the day."""

    @move(
        source=[QuoteState.ISSUED, QuoteState.ACCEPTED], target=QuoteState.SUPERSEDED, label=_("Put another in its place"), ends=["K-DEV"]
    )
    def supersede(self, *, by: Any, at: datetime, by_quote: Any) -> None:
        """A later quote takes its place: one that is issued for the same dossier, or an amendment that is accepted."""
        self.superseded_by = by_quote
        self.jot(by_quote=by_quote.pk)

    @move(
        source=[QuoteState.DRAFT, QuoteState.ISSUED],
        target=QuoteState.CANCELLED,
        label=_("Cancel the quote"),
        ends=[EVERY_CLOCK],
        grave=True,
    )
    def cancel(self, *, by: Any, at: datetime, because: str) -> None:
        """It was a mistake, or has no object any more; the reason is kept."""
        self.keep_words(rules.require_said(because, _("Say why the quote is cancelled.")))


class EstimateMoves(Subject):
    """What a holder is asked to estimate."""

    subject_type: ClassVar[str] = "estimate"
    given_at: Any
    given_by: Any

    class Meta:
        abstract = True

    @move(
        source=[EstimateState.AWAITED, EstimateState.GIVEN],
        target=EstimateState.GIVEN,
        label=_("Give the estimate"),
        law=rules.EHDS,
        ends=["K-EST"],
    )
    def give(self, *, by: Any, at: datetime, figures: tuple[int, ...] = ()) -> None:
        """The holder says how much work it will be; a later answer takes the place of the earlier one."""
        self.given_at, self.given_by = at, by
        self.jot(figures=list(figures))

    @move(source=[EstimateState.AWAITED], target=EstimateState.DROPPED, label=_("Do without the estimate"), ends=[EVERY_CLOCK])
    def drop(self, *, by: Any, at: datetime) -> None:
        """It is not needed any more: the dossier was given up, or the database is no longer asked for."""
