"""Whether a quote may be issued, accepted or declined: one function, one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.quotes.states import BINDING, QuotePurpose, QuoteState
from requests_app.signatures import Signature, is_second_factor_of
from requests_app.states import FINAL, State
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

#: Under which name the fingerprint of what was read travels with a signature.
READ = "quote"
PAPER = "paper"
EHDS = "règlement (UE) 2025/327, art. 62"


def require_signed(by: Any, signed: Signature | None, digest: str) -> str:
    """The second factor behind a signature of what was read; raises RuleBroken without it, or when something else was read."""
    if signed is None or not is_second_factor_of(by, signed.device):
        raise RuleBroken(Broken(_("This commits: give the code of your second factor, then confirm."), where="signature"))
    if signed.read.get(READ) != digest:
        raise RuleBroken(Broken(_("The quote is not the one that you read: read it again, then confirm."), where="signature"))
    return signed.device


def require_said(words: str, sentence: Any) -> str:
    """The reason, trimmed; raises RuleBroken without one."""
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(sentence, where="because"))
    if len(said) > 4000:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": 4000}, where="because"))
    return said


def require_snapshot(quote: Any) -> None:
    """Raise RuleBroken for a quote that was not worked out."""
    if not quote.snapshot:
        raise RuleBroken(Broken(_("This quote was not worked out: some facts are missing.")))


def require_payers(quote: Any, payers: Iterable[Any], keys: frozenset[str]) -> None:
    """Raise RuleBroken unless every line has its payer: named for it, or by shares that make the whole."""
    found = list(payers)
    if not found:
        raise RuleBroken(Broken(_("Say who pays: a quote has at least one payer."), where="payers"))
    named = [line for payer in found for line in payer.lines]
    if len(set(named)) < len(named):
        raise RuleBroken(Broken(_("A line has one payer: the same line is named for two of them."), where="payers"))
    shares = [payer.share for payer in found if payer.share is not None]
    if shares and sum(shares, Decimal(0)) != Decimal(1):
        raise RuleBroken(Broken(_("The shares of the payers make 100% together."), where="payers"))
    if not shares and keys - set(named):
        raise RuleBroken(Broken(_("Some lines have no payer: name one for each, or give a payer a share of the rest."), where="payers"))


def require_valid_on(quote: Any, day: date) -> None:
    """Raise RuleBroken once the last day of an issued quote has passed."""
    if quote.valid_until is not None and day > quote.valid_until:
        raise RuleBroken(Broken(_("This quote is no longer valid: ask for a new one."), where=""))


def require_alive(dossier: Any) -> None:
    """Raise WrongState once the dossier has reached its end: nobody commits to its price any more."""
    if dossier.state in FINAL and dossier.state != State.CLOSED:
        raise WrongState(_("The dossier has reached its end: its quotes are no longer accepted."))


def require_paper(quote: Any, payer: Any, signed_on: date, today: date) -> None:
    """Raise WrongState or RuleBroken unless this payer can still accept on paper, signed while the quote was valid."""
    if quote.state != QuoteState.ISSUED or not quote.commits:
        raise WrongState(_("This quote is not one that awaits an acceptance."))
    if payer.accepted_at is not None:
        raise WrongState(_("This payer has accepted already."))
    if signed_on > today:
        raise RuleBroken(Broken(_("This date is in the future."), where="signed_on"))
    if signed_on < paris_day(quote.issued_at):
        raise RuleBroken(Broken(_("It was signed before the quote was issued."), where="signed_on"))
    if quote.valid_until is not None and signed_on > quote.valid_until:
        raise RuleBroken(Broken(_("It was signed after the last day of the quote."), where="signed_on"))


def require_another(recorded_by: int, by: Any) -> None:
    """Raise RuleBroken when one person both records a signed paper and checks it."""
    if recorded_by == by.pk:
        raise RuleBroken(Broken(_("Somebody else checks the paper: not the person who recorded it.")))


def lapses(quote: Any) -> bool:
    """Does a quote lose its validity by time? What was done before a withdrawal is owed, accepted or not."""
    return bool(quote.purpose != QuotePurpose.WITHDRAWAL)


def commits(quote: Any) -> bool:
    """Is it a quote that one accepts or declines?"""
    return quote.purpose in BINDING


commits.sentence = _("An estimate commits nobody: it is neither accepted nor declined.")  # type: ignore[attr-defined]
