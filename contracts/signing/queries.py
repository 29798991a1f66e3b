"""Requests for signatures as pages and rooms read them."""

from __future__ import annotations

from typing import Any

from contracts.models import Convention
from contracts.signing.models import Signatory, SignatureRequest
from contracts.signing.states import AWAITED, TURN, RequestState


def requests_of(convention: Convention) -> list[SignatureRequest]:
    """The requests of a convention, the last one first; a few queries, whatever their number."""
    rows = list(SignatureRequest.objects.for_reading().filter(convention=convention).order_by("-pk"))
    for row in rows:
        row.convention = convention
    return rows


def current_of(convention: Convention) -> SignatureRequest | None:
    """The request that counts: the one that is open or was completed; None without one."""
    found: SignatureRequest | None = (
        SignatureRequest.objects.for_reading()
        .filter(convention=convention, state__in=[*sorted(AWAITED), RequestState.COMPLETED])
        .order_by("-pk")
        .first()
    )
    return found


def awaiting(user: Any, dossier: Any) -> list[Signatory]:
    """The signatures of a dossier's conventions that await this person now, the one that lapses first on top."""
    rows = Signatory.objects.filter(person=user.pk, stage__in=sorted(TURN), request__state__in=sorted(AWAITED))
    return list(
        rows.filter(request__convention__dossier=dossier).select_related("request__convention").order_by("request__expires_at", "pk")
    )
