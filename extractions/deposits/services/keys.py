"""The public keys of the pseudonymisation services: one adds, another confirms, and a key that has ended takes nothing any more."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.deposits import policies, rules
from extractions.deposits.models import ServiceKey
from extractions.linkage.sealing import fingerprint
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState


@transaction.atomic
def add_key(*, label: str, recipient: str, valid_from: date, valid_until: date | None, by: Any, at: datetime) -> ServiceKey:
    """Add a public key; nothing is encrypted to it until somebody else confirms it. Raises NotAllowed, RuleBroken."""
    if not policies.may(by, "keep_service_keys"):
        raise NotAllowed(_("You do not keep the keys of the pseudonymisation services."))
    public = rules.public_key(recipient)
    rules.require_days(valid_from, valid_until)
    if ServiceKey.objects.filter(recipient=public).exists():
        raise RuleBroken(Broken(_("This key is here already."), where="recipient"))
    told = {"recipient": public, "fingerprint": fingerprint(public), "added_at": at, "added_by": by}
    made: ServiceKey = ServiceKey.objects.create(label=label.strip(), valid_from=valid_from, valid_until=valid_until, **told)
    return made


@transaction.atomic
def confirm_key(key: ServiceKey, *, by: Any, at: datetime) -> ServiceKey:
    """Say that the fingerprint is that of the service: somebody else than who added it. Raises NotAllowed, WrongState."""
    held = _held(key)
    if not policies.may(by, "confirm_service_key") or held.added_by_id == by.pk:
        raise NotAllowed(_("Somebody else than who added the key confirms it."))
    if held.confirmed_at is not None:
        raise WrongState(_("This key is confirmed already."))
    held.confirmed_at, held.confirmed_by = at, by
    held.save(update_fields=["confirmed_at", "confirmed_by"])
    return held


@transaction.atomic
def end_key(key: ServiceKey, *, by: Any, at: datetime) -> ServiceKey:
    """Encrypt nothing more to a key, at once. Raises NotAllowed, WrongState."""
    held = _held(key)
    if not policies.may(by, "keep_service_keys"):
        raise NotAllowed(_("You do not keep the keys of the pseudonymisation services."))
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])
    return held


def _held(key: ServiceKey) -> ServiceKey:
    held: ServiceKey = ServiceKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if held.ended_at is not None:
        raise WrongState(_("This key has ended."))
    return held
