"""Whether a quote may be issued, accepted or declined: one function, one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.quotes.states import BINDING
from requests_app.signatures import Signature, is_second_factor_of
from workflow.refusals import Broken, RuleBroken

#: Under which name the fingerprint of what was read travels with a signature.
READ = "quote"
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


def commits(quote: Any) -> bool:
    """Is it a quote that one accepts or declines?"""
    return quote.purpose in BINDING


commits.sentence = _("An estimate commits nobody: it is neither accepted nor declined.")  # type: ignore[attr-defined]
