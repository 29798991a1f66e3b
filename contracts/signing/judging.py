"""What this site says of a PDF: the judgement of its bytes, then whether it is a state of a convention that is kept here, and which."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from contracts.authorities import anchors
from contracts.pades import bounded
from contracts.pades.verdict import Reason, Verdict, Why, judged
from contracts.signing.models import SealedRevision, Signatory, SignatureRequest


@dataclass(frozen=True)
class Judged:
    """The verdict, and the request of which it is a state or from which its signatures come."""

    verdict: Verdict
    sha256: str
    request: SignatureRequest | None = None


def judge(pdf: bytes, at: datetime) -> Judged:
    """Judge a file that anybody shows; nothing of it is kept. Raises CannotSign where this site has no keys."""
    digest = hashlib.sha256(pdf).hexdigest()
    kept = SealedRevision.objects.select_related("request__convention").filter(sha256=digest).first()
    if kept is None:
        return _of_stranger(bounded.check(pdf, anchors(), at), digest)
    request = kept.request
    is_last = not SealedRevision.objects.filter(request=request, number__gt=kept.number).exists()
    verdict = _of_ours(pdf, at, request.signed_fields() if is_last else [])
    more = [] if is_last else [Reason(Why.NEWER_KEPT)]
    more += [Reason(Why.VOID)] if request.is_void else []
    return Judged(_with(verdict, *more), digest, request)


def _of_ours(pdf: bytes, at: datetime, expected: list[str]) -> Verdict:
    """Byte for byte a file that was judged before it was kept: it needs no process of its own, whatever waits for one."""
    from contracts.pades import verifying

    return verifying.check(pdf, anchors(), at, expected=expected)


def _of_stranger(verdict: Verdict, digest: str) -> Judged:
    """A file that is none of those kept: its signatures may still say from which of them it was made."""
    certificates = [one.certificate for one in verdict.people]
    known = (
        Signatory.objects.select_related("request__convention").filter(certificate_sha256__in=certificates).exclude(certificate_sha256="")
    )
    first = known.order_by("pk").first()
    if verdict.is_whole:
        verdict = _with(verdict, Reason(Why.NOT_KEPT))
    return Judged(verdict, digest, first.request if first else None)


def _with(verdict: Verdict, *reasons: Reason) -> Verdict:
    return judged((*verdict.reasons, *reasons), verdict.signatures, verdict.waiting)
