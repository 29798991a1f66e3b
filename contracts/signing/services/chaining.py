"""Add links to the chain of a request, and states of its file. The callers hold the lock of the request."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile

from contracts.models import Convention
from contracts.signing.models import SealedRevision, Signatory, SignatureEvent, SignatureRequest
from workflow.engine import lock_and_reread


def locked(request: SignatureRequest, at: datetime) -> datetime:
    """Lock the convention, then the request, and read both again; the answer is the instant of the act.

    Who waited for the lock acts after whoever held it, whatever their clock said when they came.
    """
    convention = Convention.objects.get(pk=request.convention_id)
    lock_and_reread(convention)
    lock_and_reread(request)
    request.convention = convention
    request.__dict__.pop("_signatories", None)
    return max([at, *(moment for moment in (request.moved_at, convention.moved_at) if moment)])


def note(
    request: SignatureRequest, kind: str, *, by: Any, at: datetime, signatory: Signatory | None = None, **facts: Any
) -> SignatureEvent:
    """Add an event at the end of the chain."""
    last = SignatureEvent.objects.filter(request=request).order_by("-seq").first()
    event = SignatureEvent(
        request=request,
        seq=last.seq + 1 if last else 1,
        kind=kind,
        at=at.astimezone(UTC),
        actor=by,
        signatory=signatory,
        facts=facts,
        prev_hash=last.hash if last else "",
    )
    event.hash = event.digest()
    event.save(force_insert=True)
    return event


def last_revision(request: SignatureRequest) -> SealedRevision:
    """The latest state of the document."""
    found: SealedRevision = SealedRevision.objects.filter(request=request).order_by("-number")[0]
    return found


def keep_revision(
    request: SignatureRequest, pdf: bytes, kept: list[Any], *, at: datetime, signatory: Signatory | None = None
) -> SealedRevision:
    """Keep a state of the document; `kept` learns of the file, so that it is deleted should the transaction fail."""
    number = 0 if signatory is None else last_revision(request).number + 1
    revision = SealedRevision(request=request, number=number, signatory=signatory, size=len(pdf), at=at)
    revision.sha256 = hashlib.sha256(pdf).hexdigest()
    revision.file.save("signed.pdf", ContentFile(pdf), save=False)
    kept.append(revision)
    revision.save(force_insert=True)
    return revision
