"""For whom a person asks: for themselves, for a child, for an adult in their care, with a mandate, or for a relative who has died."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from rights.entitlements.states import ALONE_AT, MAJORITY
from rights.states import OFFERED, Right

#: Nobody alive is older: a year is mistyped.
OLDEST = 130


class Capacity(models.TextChoices):
    """In which capacity a person asks. It travels inside the envelope only."""

    SELF = "self", _("For myself: I am 18 or over")
    MINOR = "minor", _("For myself: I am 15, 16 or 17")
    CHILD = "child", _("For my child, or a child in my charge, under 18")
    PROTECTED = "protected", _("For an adult whom I represent")
    MANDATE = "mandate", _("For somebody who has given me a mandate")
    DECEASED = "deceased", _("For a relative who has died")


HINTS = {
    Capacity.MINOR: _("From 15 on, you may do this alone. Your parents are not told."),
    Capacity.CHILD: _("As holder of parental authority."),
    Capacity.PROTECTED: _("Guardianship, family authorisation, or mandate for future protection."),
    Capacity.MANDATE: _("Written, signed, and for these rights. A person of trust has no right of their own."),
    Capacity.DECEASED: _("Rights end at death. What is left to heirs and relatives is access, for one of three reasons."),
}
#: Who asks in somebody else's place proves that they may.
REPRESENTING = frozenset({Capacity.CHILD, Capacity.PROTECTED, Capacity.MANDATE, Capacity.DECEASED})


class Motive(models.TextChoices):
    """Why a relative or an heir asks for access (code de la santé publique, art. L1110-4; loi 78-17, art. 85)."""

    CAUSE = "cause", _("To know what caused the death")
    MEMORY = "memory", _("To defend the memory of the person")
    RIGHTS = "rights", _("To exercise rights, for instance to settle the estate")


class Holders(models.TextChoices):
    """What the other holder of parental authority says of it: a disagreement is for the controller to weigh."""

    ALONE = "alone", _("I hold it alone")
    AGREES = "agrees", _("The other holder agrees")
    UNREACHED = "unreached", _("The other holder could not be reached")
    DISAGREES = "disagrees", _("The other holder does not agree")


def rights_for(capacity: str) -> tuple[Right, ...]:
    """The rights that remain to be exercised in a capacity: after a death, access only."""
    return (Right.ACCESS,) if capacity == Capacity.DECEASED else OFFERED


def born_between(capacity: str, today: date, alone_from: int = ALONE_AT) -> tuple[date | None, date]:
    """Between which days the person was born, for this capacity to be theirs; `alone_from` is the age at which a minor asks alone."""
    adult = _years_before(today, MAJORITY)
    if capacity == Capacity.MINOR:
        return date.fromordinal(adult.toordinal() + 1), _years_before(today, alone_from)
    if capacity == Capacity.CHILD:
        return date.fromordinal(adult.toordinal() + 1), today
    return (None, today) if capacity == Capacity.DECEASED else (_years_before(today, OLDEST), adult)


def _years_before(today: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th that was not."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
