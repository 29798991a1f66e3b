"""Whether somebody may sign, refuse or give their signature to another: one function, one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.pades.names import plain_name
from contracts.rules import require_signed
from contracts.signing.states import AWAITED, LAW, TURN, Level, Method, Stage
from contracts.states import ConventionState, PartyRole
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

__all__ = [
    "require_another",
    "require_methods",
    "require_one_party_each",
    "require_open",
    "require_right",
    "require_sendable",
    "require_signed",
    "require_turn",
]

DELEGATION = "code civil, art. 1156"


def require_sendable(convention: Any, expires_at: datetime, at: datetime) -> None:
    """Raise WrongState or RuleBroken unless the text is approved and the request has time to be answered."""
    if convention.state != ConventionState.APPROVED:
        raise WrongState(_("This convention is not one that awaits its signatures."))
    if expires_at <= at:
        raise RuleBroken(Broken(_("The last day to sign has passed."), where="expires_on"))


def require_methods(level: str, methods: list[str], *, signs_here: bool, is_demonstration: bool) -> None:
    """Raise RuleBroken where the means do not give the level that is asked for."""
    if Method.INTERNAL in methods and not signs_here:
        raise RuleBroken(Broken(_("Nobody can sign on this site: it has no authority that certifies those who sign."), where="level"))
    if Method.INTERNAL in methods and level == Level.QUALIFIED:
        raise RuleBroken(Broken(_("A signature on this site is not a qualified one: choose another means or another level."), LAW, "level"))
    if Method.INTERNAL in methods and is_demonstration and level != Level.SIMPLE:
        raise RuleBroken(Broken(_("This site signs for demonstration only: ask for the simple level."), LAW, "level"))
    if Method.WET_INK in methods and level != Level.SIMPLE:
        raise RuleBroken(Broken(_("A signature by hand has no electronic level: ask for the simple one."), LAW, "level"))


def require_open(request: Any, at: datetime) -> None:
    """Raise WrongState once the request has ended, or its last day has passed."""
    if request.state not in AWAITED:
        raise WrongState(_("This request for signatures is over: nothing can be signed on it any more."))
    if at > request.expires_at:
        raise WrongState(_("The last day to sign has passed."))


def require_turn(signatory: Any) -> None:
    """Raise WrongState for who has answered already, RuleBroken for who comes later."""
    if signatory.stage == Stage.WAITING:
        raise RuleBroken(Broken(_("Others sign before you: you will be written to when it is your turn.")))
    if signatory.stage not in TURN:
        raise WrongState(_("This signature is not awaited any more."))


def require_right(signatory: Any, by: Any, day: date, held: frozenset[int]) -> None:
    """Raise NotAllowed or RuleBroken unless this person may commit the party on this day.

    `held` are the bodies that the person commits by their own role; a delegation is judged by its days and by who gave it.
    """
    if signatory.person_id != by.pk:
        raise NotAllowed(_("This signature is asked of somebody else."))
    if PartyRole.OPERATOR.value in signatory.party.roles and by.pk in signatory.request.convention.preparers():
        raise NotAllowed(_("You have prepared this text for the operator: somebody else signs it."))
    delegation = signatory.delegation
    if delegation is None:
        if signatory.party.organisation_id not in held:
            told = {"party": signatory.party.name}
            raise RuleBroken(Broken(_("Your right to commit %(party)s has ended, or was never recorded.") % told, DELEGATION))
    elif not delegation.holds_on(day):
        told = {"since": delegation.since.isoformat(), "until": delegation.until.isoformat()}
        sentence = _("The delegation that you sign under holds from %(since)s to %(until)s: it is not valid today.")
        raise RuleBroken(Broken(sentence % told, DELEGATION))
    elif delegation.is_locked:
        raise RuleBroken(
            Broken(_("The deed of your delegation is not free of viruses, or was not scanned yet: it proves nothing."), DELEGATION)
        )


def require_one_party_each(told: Iterable[tuple[int | None, str]]) -> None:
    """Raise RuleBroken where one person would sign twice: by their account, or by the name of who has none.

    Whoever commits two parties at once would agree with themselves: another signatory or a delegation is found for one of them.
    """
    people, names = set[int](), dict[str, bool]()
    for pk, name in told:
        key = plain_name(name)
        if (pk is not None and pk in people) or (key in names and (pk is None or names[key])):
            raise RuleBroken(
                Broken(_("%(person)s would sign for two parties: ask somebody else, or have one of them delegate.") % {"person": name})
            )
        names[key] = names.get(key, False) or pk is None
        people |= {pk} if pk is not None else set()


def require_another(other_pk: int, by: Any) -> None:
    """Raise NotAllowed where the second person is the first."""
    if by.pk == other_pk:
        raise NotAllowed(_("You have recorded this yourself: somebody else checks it."))


def require_day_of_paper(request: Any, signed_on: date, today: date) -> None:
    """Raise RuleBroken for a signature by hand dated before the document was sent, or in the future."""
    if signed_on > today or signed_on < paris_day(request.sent_at):
        raise RuleBroken(
            Broken(_("The day of the signature lies before the sending of the document, or in the future."), where="signed_on")
        )
