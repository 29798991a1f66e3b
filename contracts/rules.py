"""Whether a convention may move: one function, one sentence, one article."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.states import LIVING, OPENING, PartyRole
from requests_app.signatures import Signature, is_second_factor_of
from workflow.refusals import Broken, NotAllowed, RuleBroken

#: Under which name the fingerprint of what was read travels with a signature.
READ = "convention"
CONTENT = "arrêté du 17 juillet 2017, art. 2"
ACCESS = "CSP, art. R1461-2"
LONGEST = 4000


def require_said(words: str, sentence: Any) -> str:
    """The reason, trimmed; raises RuleBroken without one."""
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(sentence, where="because"))
    if len(said) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where="because"))
    return said


def require_signed(by: Any, signed: Signature | None, digest: str) -> str:
    """The second factor behind an act on what was read; raises RuleBroken without it, or when something else was read."""
    if signed is None or not is_second_factor_of(by, signed.device):
        raise RuleBroken(Broken(_("This commits: give the code of your second factor, then confirm."), where="signature"))
    if signed.read.get(READ) != digest:
        raise RuleBroken(Broken(_("The text is not the one that you read: read it again, then confirm."), where="signature"))
    return signed.device


def require_text(convention: Any) -> None:
    """Raise RuleBroken for a convention that has no version yet."""
    if convention.latest() is None:
        raise RuleBroken(Broken(_("This convention has no text yet: prepare a first version."), CONTENT))


def require_parties(convention: Any) -> None:
    """Raise RuleBroken unless there are two parties at least, the operator or a holder among them, and each has who represents it."""
    parties = convention.parties_read()
    if len(parties) < 2:
        raise RuleBroken(Broken(_("A convention has two parties at least."), CONTENT, "parties"))
    roles = {role for party in parties for role in party.roles}
    if not roles & {PartyRole.OPERATOR.value, PartyRole.HOLDER.value}:
        raise RuleBroken(Broken(_("Neither the operator nor a holder of data is a party."), CONTENT, "parties"))
    version = convention.latest()
    if version is not None and version.document.parties != convention.parties_said():
        raise RuleBroken(Broken(_("The parties were changed since this text was written: write a new version."), CONTENT, "parties"))
    silent = [party.name for party in parties if not party.representative_name.strip()]
    if silent:
        raise RuleBroken(Broken(_("Say who represents %(party)s.") % {"party": silent[0]}, CONTENT, "parties"))


def require_another(convention: Any, by: Any) -> None:
    """Raise NotAllowed where who approves has prepared the text."""
    if by.pk in convention.preparers():
        raise NotAllowed(_("You have prepared this text: somebody else approves it."))


def require_latest(convention: Any, version: Any) -> None:
    """Raise RuleBroken when another version came meanwhile."""
    latest = convention.latest()
    if latest is None or version.pk != latest.pk:
        raise RuleBroken(Broken(_("A later version was written meanwhile: read it before you decide."), where="version"))


def require_settled(convention: Any) -> None:
    """Raise RuleBroken while a proposal on a clause awaits its answer, or a locked clause was changed."""
    if obstacles := convention.obstacles():
        raise RuleBroken(*obstacles)


def require_period(convention: Any, since: date, until: date | None) -> None:
    """Raise RuleBroken for an end before the beginning."""
    if until is not None and until <= since:
        raise RuleBroken(Broken(_("The convention would end before it begins."), where="effective_until"))


def is_over(convention: Any, day: date) -> bool:
    """Has the last day of the convention passed?"""
    return convention.effective_until is not None and day > convention.effective_until


def has_delivered(convention: Any) -> bool:
    """Were data made available under it, which are to be destroyed as the gate closes for good? Not while another one takes its place."""
    dossier = convention.dossier
    if convention.kind not in OPENING or dossier is None or dossier.data_opened_on is None or dossier.destroyed_on is not None:
        return False
    others = dossier.conventions.filter(kind__in=sorted(OPENING), state__in=sorted(LIVING)).exclude(pk=convention.pk)
    return not others.exists()


def require_ended_on(convention: Any, on: date, today: date) -> None:
    """Raise RuleBroken for an end that is to come, or that lies before the beginning."""
    if not convention.effective_from <= on <= today:
        raise RuleBroken(Broken(_("It ends on a day of its period, and not later than today."), where="on"))
