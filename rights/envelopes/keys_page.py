"""What the pages of the keys show, and to whom."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from rights import policies
from rights.envelopes import signing
from rights.envelopes.choices import Standing
from rights.envelopes.forms import CompareForm, KeyForm, RevokeForm
from rights.envelopes.models import ControllerKey
from rights.envelopes.queries import keys_shown_to, published_keys, standings
from rights.envelopes.services.keys import may_revoke
from ui.pagination import page_of
from workflow.refusals import RuleBroken

BADGES = {
    Standing.WAITING: "warning",
    Standing.COMING: "info",
    Standing.IN_USE: "success",
    Standing.RELIEVED: "",
    Standing.REVOKED: "error",
}
#: The controllers' program, which they download here.
TOOL, IDENTITY_TOOL = (settings.BASE_DIR / "tools" / name for name in ("rights_desk.py", "rights_identity.py"))
STATIC = settings.BASE_DIR / "static"
Row = dict[str, Any]


def sees(request: HttpRequest) -> bool:
    """Is the page of the keys one of the reader's?"""
    user = request.user
    return user.is_authenticated and (keeps(user) or any(policies.may_on_site(user, act) for act in ("verify_key", "see_dashboard")))


def keeps(user: Any) -> bool:
    """Does the person answer for a controller?"""
    return bool(policies.controllers_of(user))


def key_form(request: HttpRequest, now: datetime) -> KeyForm:
    """The form of a new key; 404 for who answers for no controller."""
    if not keeps(request.user):
        raise Http404
    return KeyForm(request.POST if request.method == "POST" else None, user=request.user, now=now)


def keys_shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Every key that concerns the reader, the last first; 404 when the page is not theirs."""
    if not sees(request):
        raise Http404
    page = page_of(keys_shown_to(request.user), request, 50)
    told = {"page": page, "rows": _rows(request, list(page), now), "keeps": keeps(request.user), "compares": _compares(request.user)}
    return told | {"lacking": _lacking(request.user)}


def _lacking(user: Any) -> list[Organisation]:
    """The controllers for which the reader answers, that had a key in use and whose keys are all revoked."""
    held = ControllerKey.objects.filter(organisation__in=policies.controllers_of(user))
    rows = Organisation.objects.filter(pk__in=held.verified().values("organisation"))
    return list(rows.exclude(pk__in=held.filter(revoked_at=None).values("organisation")).order_by("name"))


def key_named(request: HttpRequest, pk: int, allowed: Callable[[Any, ControllerKey], bool]) -> ControllerKey:
    """A key with which the reader may do this; 404 for others."""
    found: ControllerKey = get_object_or_404(keys_shown_to(request.user), pk=pk)
    if not allowed(request.user, found):
        raise Http404
    return found


def may_compare(user: Any, key: ControllerKey) -> bool:
    """Is this key one that the person still has to compare?"""
    return _compares(user) and key.verified_at is None and key.revoked_at is None and key.registered_by_id != user.pk


def can_revoke(user: Any, key: ControllerKey) -> bool:
    """Is this key one that the person can still revoke?"""
    return key.revoked_at is None and may_revoke(user, key)


def compare_form(request: HttpRequest) -> CompareForm:
    """The form that compares a fingerprint."""
    return CompareForm(request.POST if request.method == "POST" else None)


def revoke_form(request: HttpRequest) -> RevokeForm:
    """The form that revokes a key."""
    return RevokeForm(request.POST if request.method == "POST" else None)


def directory_shown(now: datetime) -> dict[str, Any]:
    """The public directory, and the key by which its signatures are checked."""
    keys = published_keys()
    where = standings(keys, now)
    rows = [{"key": key, "standing": where[key.pk].label, "badge": BADGES[where[key.pk]]} for key in keys]
    return {"rows": rows, "window": window_key(), "operator": settings.OPERATOR_NAME, "scripts": scripts()}


def window_key() -> dict[str, str] | None:
    """The window's own key; None where it was never made."""
    try:
        return signing.public_key()
    except RuleBroken:
        return None


@functools.cache
def scripts() -> tuple[tuple[str, str], ...]:
    """Every script that seals or opens in a browser, with its SHA-256: what the site serves can be compared with its source."""
    files = [*sorted((STATIC / "js/rights").glob("*.js")), STATIC / "vendor/hpke/hpke.js"]
    return tuple((str(file.relative_to(STATIC)), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files)


def tool_hash() -> str:
    """The SHA-256 of the controllers' program, to be compared once it is downloaded."""
    return hashlib.sha256(TOOL.read_bytes()).hexdigest()


def _compares(user: Any) -> bool:
    return policies.may_on_site(user, "verify_key")


def _rows(request: HttpRequest, keys: list[ControllerKey], now: datetime) -> list[Row]:
    where, own = standings(keys, now), policies.controllers_of(request.user)
    return [
        {
            "key": key,
            "standing": where[key.pk].label,
            "badge": BADGES[where[key.pk]],
            "compares": may_compare(request.user, key),
            "revokes": can_revoke(request.user, key),
            "told": key.verified_at is not None or key.organisation_id in own,
        }
        for key in keys
    ]
