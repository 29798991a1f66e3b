"""Call a request back, or let it lapse on its last day: what was signed is void, and the approved text may be sent anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.rules import require_said
from contracts.signing.models import SignatureRequest
from contracts.signing.notifications import tell_ended
from contracts.signing.services.chaining import locked, note
from contracts.signing.services.signing import lapse_others
from contracts.signing.states import AWAITED, Happening
from workflow.refusals import WrongState


@transaction.atomic
def cancel(request: SignatureRequest, because: str, *, by: Any, at: datetime) -> None:
    """Call the request back; the reason is said. Raises NotAllowed, WrongState, RuleBroken."""
    at = locked(request, at)
    words = require_said(because, _("Say why the request is called back."))
    request.cancel(by=by, at=at)
    note(request, Happening.CANCELLED, by=by, at=at)
    lapse_others(request)
    request.convention.recall(by=by, at=at, because=words)
    tell_ended(request, "cancelled")


@transaction.atomic
def expire(request: SignatureRequest, *, at: datetime) -> bool:
    """Let a request lapse whose last day has passed; the answer is whether it did. Doing it twice changes nothing."""
    at = locked(request, at)
    if request.state not in AWAITED or at <= request.expires_at:
        return False
    system = User.objects.system()
    request.expire(by=system, at=at)
    note(request, Happening.EXPIRED, by=system, at=at)
    lapse_others(request)
    with translation.override("fr"):
        words = _("The last day to sign has passed.")
    request.convention.recall(by=system, at=at, because=words)
    tell_ended(request, "expired")
    return True


def require_one(convention: Any) -> SignatureRequest:
    """The request on which signatures are awaited; raises WrongState when there is none."""
    found: SignatureRequest | None = SignatureRequest.objects.awaited().filter(convention=convention).first()
    if found is None:
        raise WrongState(_("This request for signatures is over: nothing can be signed on it any more."))
    return found
