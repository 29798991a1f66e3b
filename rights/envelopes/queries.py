"""Keys as the pages show them: where each stands, and what still waits for its private half."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from rights import policies
from rights.envelopes.choices import Standing
from rights.envelopes.models import ControllerKey
from rights.states import UNOPENED


def keys_shown_to(user: Any) -> Any:
    """The keys of the controllers for which a person answers; every key for who compares them or watches over the site."""
    waiting = Count("envelopes", filter=Q(envelopes__purged_at=None, envelopes__routing__state__in=sorted(UNOPENED)))
    rows = ControllerKey.objects.select_related("organisation", "registered_by", "verified_by", "revoked_by").annotate(unopened=waiting)
    rows = rows.order_by("-registered_at", "-pk")
    if policies.may_on_site(user, "verify_key") or policies.may_on_site(user, "see_dashboard"):
        return rows
    return rows.filter(organisation__in=policies.controllers_of(user))


def published_keys() -> list[ControllerKey]:
    """Every key that was ever signed, by controller, the newest first: a revoked one is said to be."""
    rows = ControllerKey.objects.verified().select_related("organisation")
    return list(rows.order_by("organisation__name", "organisation", "-valid_from", "-pk"))


def standings(keys: Iterable[ControllerKey], at: datetime) -> dict[int, Standing]:
    """Where each of these keys stands; one query for what is in use at their controllers."""
    rows = list(keys)
    used: dict[int, int] = {}
    for key in ControllerKey.objects.usable(at).filter(organisation__in={key.organisation_id for key in rows}):
        used.setdefault(key.organisation_id, key.pk)
    return {key.pk: _standing(key, used.get(key.organisation_id), at) for key in rows}


def _standing(key: ControllerKey, used: int | None, at: datetime) -> Standing:
    if key.revoked_at is not None:
        return Standing.REVOKED
    if key.verified_at is None:
        return Standing.WAITING
    if key.valid_from > at:
        return Standing.COMING
    return Standing.IN_USE if key.pk == used else Standing.RELIEVED
