"""A controller registers a key, somebody else compares it, the window signs it; a new one takes over, and a revoked one takes nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from rights import policies
from rights.envelopes import signing
from rights.envelopes.choices import Revoked
from rights.envelopes.directory import statement_of
from rights.envelopes.models import ControllerKey
from rights.envelopes.notifications import REGISTERED, REVOKED, VERIFIED, tell
from rights.envelopes.sealing import BadKey, fingerprint, read_public
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: For how long what was sealed to a key is still taken once a newer one is in use: whoever began a form under it may finish.
OVERLAP = timedelta(days=2)
#: How much of a fingerprint is read out and typed: 64 bits.
READ_OUT = 16


def key_for(organisation: Organisation | int, at: datetime) -> ControllerKey | None:
    """The key to which something is sealed for a controller at an instant; None when it has none that somebody compared."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    return keys_for([pk], at).get(pk)


def keys_for(organisations: Iterable[int], at: datetime) -> dict[int, ControllerKey]:
    """The key of each of these controllers that has one, in one query."""
    found: dict[int, ControllerKey] = {}
    for key in ControllerKey.objects.usable(at).filter(organisation__in=list(organisations)):
        found.setdefault(key.organisation_id, key)
    return found


def is_taken(key: ControllerKey, at: datetime) -> bool:
    """Is something that was sealed to this key still taken: it is in use, or was until a short while ago?"""
    since = in_use_since(key)
    if since is None or since > at or key.revoked_at is not None:
        return False
    newer = [one for one in ControllerKey.objects.usable(at).filter(organisation=key.organisation_id) if _follows(one, key)]
    return all(at < (in_use_since(one) or at) + OVERLAP for one in newer)


def in_use_since(key: ControllerKey) -> datetime | None:
    """From when something may be sealed to it: its first day, or its comparison if that came later."""
    return max(key.valid_from, key.verified_at) if key.verified_at else None


def _follows(one: ControllerKey, other: ControllerKey) -> bool:
    return (one.valid_from, one.pk) > (other.valid_from, other.pk)


@transaction.atomic
def register_key(*, organisation: Organisation, public: str, valid_from: datetime, by: Any, at: datetime) -> ControllerKey:
    """Register the public half of a key; nothing is sealed to it until somebody else has compared it. Raises NotAllowed, RuleBroken."""
    if organisation.pk not in policies.controllers_of(by):
        raise NotAllowed(_("You do not answer for this controller."))
    point = _read(public)
    if ControllerKey.objects.filter(fingerprint=fingerprint(point)).exists():
        raise RuleBroken(Broken(_("This key is here already."), where="public"))
    made: ControllerKey = ControllerKey.objects.create(
        organisation=organisation,
        public=base64.b64encode(point).decode(),
        fingerprint=fingerprint(point),
        registered_at=at,
        registered_by=by,
        valid_from=max(valid_from, at),
    )
    tell(made, REGISTERED)
    return made


@transaction.atomic
def verify_key(key: ControllerKey, *, read_out: str, by: Any, at: datetime) -> ControllerKey:
    """Somebody else has typed the fingerprint that the controller read out: the window signs the key.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    held = _held(key)
    if not policies.may_on_site(by, "verify_key") or held.registered_by_id == by.pk:
        raise NotAllowed(_("Somebody else than who registered the key compares it."))
    if held.verified_at is not None:
        raise WrongState(_("This key was compared already."))
    typed = re.sub(r"[\s:.-]", "", read_out).lower()
    if len(typed) < READ_OUT or not held.fingerprint.startswith(typed):
        raise RuleBroken(
            Broken(_("This is not the fingerprint of the key: nothing is sealed to it. Call the controller again."), where="read_out")
        )
    made = signing.signed(statement_of(held, at))
    held.verified_at, held.verified_by, held.signature, held.signer = at, by, made.signature, made.signer
    held.save(update_fields=["verified_at", "verified_by", "signature", "signer"])
    tell(held, VERIFIED)
    return held


@transaction.atomic
def revoke_key(key: ControllerKey, *, reason: str, by: Any, at: datetime) -> ControllerKey:
    """Seal nothing more to a key, at once: one person is enough for that. Raises NotAllowed, WrongState, RuleBroken."""
    held = _held(key)
    if not may_revoke(by, held):
        raise NotAllowed(_("You do not answer for this controller."))
    if reason not in Revoked.values:
        raise RuleBroken(Broken(_("Choose why the key is revoked."), where="reason"))
    held.revoked_at, held.revoked_by, held.reason = at, by, reason
    held.save(update_fields=["revoked_at", "revoked_by", "reason"])
    tell(held, REVOKED)
    return held


def may_revoke(user: Any, key: ControllerKey) -> bool:
    """May the person revoke this key: the controller's own agents, and who compares keys?"""
    return policies.may_on_site(user, "verify_key") or key.organisation_id in policies.controllers_of(user)


def _read(public: str) -> bytes:
    """The point that was pasted. Raises RuleBroken."""
    try:
        return read_public(public)
    except BadKey as refused:
        if refused.is_private:
            told = _("This is a private key. Nobody else may see it: throw it away, make another pair, and register its public half.")
            raise RuleBroken(Broken(told, where="public")) from None
        raise RuleBroken(Broken(_("This is not a public key of the kind that is used here (P-256)."), where="public")) from None


def _held(key: ControllerKey) -> ControllerKey:
    held: ControllerKey = ControllerKey.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=key.pk)
    if held.revoked_at is not None:
        raise WrongState(_("This key was revoked."))
    return held
