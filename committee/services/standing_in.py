"""Who decides when the president cannot: on a dossier from which the president withdrew, or while there is none, the delegate does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from committee.models import OfficeHeld
from committee.states import Office
from requests_app.models import Dossier
from requests_app.policies import roles_on
from workflow.refusals import NotAllowed


def president_is_away(dossier: Dossier) -> bool:
    """Is there no president who may act on this dossier?"""
    presiding = OfficeHeld.objects.filter(office=Office.PRESIDENT, ended_at=None).select_related("member__user").order_by("pk")
    return not any(Role.COMMITTEE_PRESIDENT.value in roles_on(one.member.user, dossier) for one in presiding)


def presides_over(user: Any, dossier: Dossier) -> bool:
    """Does the person decide on this dossier as the president, or in the president's stead?"""
    roles = roles_on(user, dossier)
    return Role.COMMITTEE_PRESIDENT.value in roles or (Role.COMMITTEE_DELEGATE.value in roles and president_is_away(dossier))


def require_presiding(user: Any, dossier: Dossier) -> None:
    """Raise NotAllowed unless the person presides over this dossier, or stands in."""
    if not presides_over(user, dossier):
        raise NotAllowed(_("Only the president allocates dossiers; the delegate does where the president withdrew."))
