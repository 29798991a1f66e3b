"""Who approves rights is told that statements wait: neither of which database, nor which right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.links import absolute
from accounts.models import User
from accounts.roles import Role
from rights.entitlements.models import Entitlement
from rights.entitlements.policies import approves
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import NothingToDo, handler, queue
from workflow.periods import paris_day

LETTER, KIND = "entitlements/mail/waiting", "rights_to_approve"


def tell_officers(row: Entitlement, at: datetime) -> None:
    """Queue the letters about a statement: one a day for each person who declares."""
    queue(KIND, f"{KIND}:{row.declared_by_id}:{paris_day(at):%Y-%m-%d}", declarer=row.declared_by_id)


@handler(KIND)
def write_to_officers(message: OutboxMessage) -> None:
    """Write to the data protection officers of the window who may approve what waits; to nobody when nothing waits any more."""
    declarer = message.payload["declarer"]
    if not _waiting(declarer):
        raise NothingToDo
    live = {"role_grants__role": Role.DPO.value, "role_grants__organisation": None, "role_grants__ended_at": None, "is_active": True}
    for pk in User.objects.filter(**live).exclude(pk=declarer).order_by("pk").distinct().values_list("pk", flat=True):
        mail.write_to(pk, LETTER, message.key, declarer=declarer)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The way to the desk; nothing is sent once all is approved, nor to somebody who is no officer any more."""
    if not _waiting(payload["declarer"]) or not approves(User.objects.get(pk=payload["user"])):
        raise NothingToDo
    return {"address": absolute(reverse("entitlements:desk"))}


def _waiting(declarer: int) -> bool:
    return Entitlement.objects.proposed().filter(declared_by=declarer).exists()
