"""Who decides when the president cannot, on a dossier from which they withdrew or while there is none: who stands in, if anybody does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from committee.models import Examination, OfficeHeld, Recusal
from committee.policies import closed_to
from committee.states import Office
from requests_app.models import Dossier
from requests_app.policies import roles_on
from requests_app.states import State
from workflow.refusals import NotAllowed

#: In whose office somebody stands in for the president, in this order.
STANDING_IN = (Office.VICE_PRESIDENT, Office.DELEGATE)


ONLY_WHO_PRESIDES = _("Only the president extends the committee’s period; who stands in does where the president takes no part.")


def president_is_away(dossier: Dossier) -> bool:
    """Is there no president who may act on this dossier?"""
    presiding = OfficeHeld.objects.filter(office=Office.PRESIDENT, ended_at=None).select_related("member__user").order_by("pk")
    return not any(Role.COMMITTEE_PRESIDENT.value in roles_on(one.member.user, dossier) for one in presiding)


def stand_ins(dossier: Dossier) -> list[OfficeHeld]:
    """Who may act on this dossier in the president's stead: the vice-president first, then the delegates."""
    held = OfficeHeld.objects.filter(office__in=STANDING_IN, ended_at=None).select_related("member__user").order_by("since", "pk")
    able = [one for one in held if Role.COMMITTEE_DELEGATE.value in roles_on(one.member.user, dossier)]
    return sorted(able, key=lambda one: STANDING_IN.index(Office(one.office)))


def presides_over(user: Any, dossier: Dossier) -> bool:
    """Does the person decide on this dossier as the president, or in the president's stead?"""
    roles = roles_on(user, dossier)
    return Role.COMMITTEE_PRESIDENT.value in roles or (Role.COMMITTEE_DELEGATE.value in roles and president_is_away(dossier))


def require_presiding(user: Any, dossier: Dossier) -> None:
    """Raise NotAllowed unless the person presides over this dossier, or stands in."""
    if not presides_over(user, dossier):
        raise NotAllowed(_("Only the president allocates dossiers; the delegate does where the president withdrew."))


def office_of(person: Any, dossier: Dossier, at: datetime) -> str:
    """In which office the person signs the opinion on a dossier at that instant; empty when they do not.

    The president signs, or the delegate whom the president named; the vice-president does where the president is away.
    """
    then = Q(since__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))
    held = set(OfficeHeld.objects.filter(then, member__user=person).values_list("office", flat=True))
    for office in (Office.PRESIDENT, Office.DELEGATE, Office.VICE_PRESIDENT):
        if office.value in held and (office != Office.VICE_PRESIDENT or president_is_away(dossier)):
            return office.value
    return ""


def signs_everywhere(person: Any) -> bool:
    """Does the person sign whatever they may open: as the president, or the delegate?"""
    return OfficeHeld.objects.filter(member__user=person, office__in=[Office.PRESIDENT, Office.DELEGATE], ended_at=None).exists()


def undecidable() -> frozenset[int]:
    """The dossiers before the committee (by id) over which nobody presides: the president is away, and nobody stands in."""
    left = set(Examination.objects.open().filter(dossier__state=State.WITH_COMMITTEE).values_list("dossier", flat=True))
    deciding = OfficeHeld.objects.filter(ended_at=None).select_related("member__user").order_by("pk")
    for one in deciding:
        if left:
            left &= closed_to(one.member.user, left)
    return frozenset(left)


def since_when(dossier: Dossier) -> str:
    """What made it so that nobody presides over a dossier: the last withdrawal of somebody in office, and the last office that ended."""
    gone = (
        Recusal.objects.filter(dossier=dossier, lifted_at=None, member__offices__isnull=False).order_by("-pk").values_list("pk", flat=True)
    )
    ended = OfficeHeld.objects.exclude(ended_at=None).order_by("-ended_at", "-pk").values_list("pk", flat=True)
    return f"{gone.first() or 0}:{ended.first() or 0}"
