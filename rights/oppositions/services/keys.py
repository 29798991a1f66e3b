"""A body registers the key with which it signs; somebody else compares it; a revoked one signs nothing any more."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from rights.oppositions import policies
from rights.oppositions.models import SigningKey
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: How much of a fingerprint is read out and typed: 64 bits.
READ_OUT = 16


@transaction.atomic
def register(organisation: Organisation, public: str, *, by: Any, at: datetime) -> SigningKey:
    """Register the public half of a key. Raises NotAllowed, RuleBroken."""
    if organisation.pk not in policies.signs_for(by):
        raise NotAllowed(_("You do not answer for this controller."))
    told = public.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", told):
        raise RuleBroken(Broken(_("A public key is what the tool printed: 64 characters from 0 to 9 and a to f."), where="public"))
    if SigningKey.objects.filter(public=told).exists():
        raise RuleBroken(Broken(_("This key is here already."), where="public"))
    found = hashlib.sha256(bytes.fromhex(told)).hexdigest()
    made: SigningKey = SigningKey.objects.create(
        organisation=organisation, public=told, fingerprint=found, registered_at=at, registered_by=by
    )
    return made


@transaction.atomic
def compare(key: SigningKey, read_out: str, *, by: Any, at: datetime) -> SigningKey:
    """Somebody else has typed what the body reads out: its signatures are taken. Raises NotAllowed, WrongState, RuleBroken."""
    held = _held(key)
    if not policies.compares(by) or held.registered_by_id == by.pk:
        raise NotAllowed(_("Somebody else than who registered the key compares it."))
    if held.verified_at is not None:
        raise WrongState(_("This key was compared already."))
    told = re.sub(r"[^0-9a-f]", "", read_out.lower())
    if len(told) < READ_OUT or not held.fingerprint.startswith(told):
        raise RuleBroken(Broken(_("This is not the fingerprint of the key that was registered."), where="read_out"))
    held.verified_at, held.verified_by = at, by
    held.save(update_fields=["verified_at", "verified_by"])
    return held


@transaction.atomic
def revoke(key: SigningKey, *, by: Any, at: datetime) -> SigningKey:
    """Take nothing more that this key signs; what it signed before stays. Raises NotAllowed, WrongState."""
    held = _held(key)
    if not policies.compares(by) and held.organisation_id not in policies.signs_for(by):
        raise NotAllowed(_("You do not answer for this controller."))
    held.revoked_at, held.revoked_by = at, by
    held.save(update_fields=["revoked_at", "revoked_by"])
    return held


def _held(key: SigningKey) -> SigningKey:
    held: SigningKey = SigningKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if held.revoked_at is not None:
        raise WrongState(_("This key was revoked."))
    return held
