"""Whether: what an amendment must fulfil before it is filed or registered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.amendments.models import Amendment, Kind
from requests_app.amendments.signs import signs_of
from requests_app.differences import changed_places
from requests_app.states import State
from workflow.refusals import Broken, RuleBroken

EXTENSIONS = frozenset({"lasts_longer", "retained_longer", "accessed_longer"})


def has_change(amendment: Amendment) -> bool:
    """Does the draft say something else than what was authorised when it was begun?"""
    return bool(changed_places(amendment.before, amendment.proposed()))


def require_change(amendment: Amendment) -> None:
    """Raise RuleBroken for an amendment that changes nothing, or a renewal that extends nothing."""
    found = list(_missing_change(amendment))
    if found:
        raise RuleBroken(*found)


def _missing_change(amendment: Amendment) -> Iterable[Broken]:
    if not has_change(amendment):
        yield Broken(_("Nothing differs from what is authorised today: change the content first."))
    elif amendment.kind == Kind.RENEWAL and not signs_of(amendment.before, amendment.proposed()) & EXTENSIONS:
        yield Broken(_("A renewal extends the project, the access or the retention of the data: give a later end."), where="ends_on")


def require_applicable(amendment: Amendment) -> None:
    """Raise RuleBroken unless the amendment changes something and was qualified, as it reads now, as not substantial."""
    require_change(amendment)
    if not amendment.is_qualified():
        raise RuleBroken(Broken(_("Qualify the amendment as it reads now: it decides the road.")))
    if amendment.substantial:
        raise RuleBroken(Broken(_("This amendment is substantial: it is filed for authorisation, not registered.")))


def broken_before_filing(dossier: Any) -> Iterable[Broken]:
    """What keeps the dossier of an amendment from being filed; nothing for any other dossier."""
    amendment = Amendment.objects.select_related("draft__content").filter(draft=dossier).first() if dossier.amends_id else None
    if amendment is None:
        return []
    amendment.draft = dossier
    found = list(_missing_change(amendment))
    if not found and dossier.state == State.DRAFT:
        found = list(_unfit_road(amendment))
    return found


def _unfit_road(amendment: Amendment) -> Iterable[Broken]:
    if amendment.replaces_id:
        return
    if not amendment.is_qualified():
        yield Broken(_("Qualify the amendment as it reads now: it decides the road."))
    elif not amendment.substantial:
        yield Broken(_("This amendment is not substantial: it is registered, not filed."))
