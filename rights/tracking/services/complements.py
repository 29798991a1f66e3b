"""What a controller asked for: sealed by the browser, or in memory on arrival; then its time runs again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keeping import keep_for_controller, seal_complement_here
from rights.envelopes.services.keys import key_for
from rights.models import Routing
from rights.policies import Bearer
from workflow.refusals import Broken, RuleBroken

VERSION = 1


def key_of(routing: Routing, at: datetime) -> ControllerKey:
    """The key to which a complement is sealed. Raises RuleBroken when the controller has none."""
    key = key_for(routing.organisation_id, at)
    if key is None:
        told = _("Nothing can be sealed for this controller for the moment. Nothing was kept: come back tomorrow, or answer it directly.")
        raise RuleBroken(Broken(told))
    return key


def give(routing: Routing, content: dict[str, Any], *, by: Bearer, at: datetime) -> None:
    """Seal a complement in memory and hand it on. Raises WrongState, NotAllowed, RuleBroken."""
    key = key_of(routing, at)
    sealed = seal_complement_here({"v": VERSION, "kind": "complement", "number": routing.number, **content}, routing, key)
    _hand_on(routing, key, sealed, by, at)


def give_sealed(routing: Routing, sealed: bytes, fingerprint: str, *, by: Bearer, at: datetime) -> None:
    """Hand on a complement that the browser has sealed to this key. Raises WrongState, NotAllowed, RuleBroken."""
    key = ControllerKey.objects.filter(fingerprint=fingerprint).first()
    if key is None:
        raise RuleBroken(Broken(_("What arrived is not sealed as it should be. Nothing was kept: please send again.")))
    _hand_on(routing, key, sealed, by, at)


@transaction.atomic
def _hand_on(routing: Routing, key: ControllerKey, sealed: bytes, by: Bearer, at: datetime) -> None:
    routing.give_complement(by=by, at=at)
    keep_for_controller(routing, key, sealed, at=at)
