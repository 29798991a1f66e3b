"""The file of evidence of a request: who, when, how, every state of the document, the chain of events, the verdict on its bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import rfc8785
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.authorities import anchors
from contracts.check_codes import address_of, shown_code
from contracts.pades.elsewhere import GOOD, SILENT
from contracts.pades.verdict import Verdict
from contracts.pades.words import HEADINGS, sentence
from contracts.signing import revocation
from contracts.signing.models import SealedRevision, Signatory, SignatureEvent, SignatureRequest
from contracts.signing.services.chaining import last_revision
from contracts.signing.services.signing import CONSENTS
from files.printing import pdf_of

FORMAT = "guichet-signature-evidence/1"
#: What was learnt of the certificate of a signature made elsewhere.
REVOCATION: dict[str, Any] = {
    GOOD: _("its authority says that the certificate was not revoked"),
    SILENT: _("its authority did not say whether the certificate was revoked"),
    revocation.NOBODY: _("the certificate names nobody who says whether it was revoked"),
    revocation.OFF: _("this site did not ask whether the certificate was revoked"),
}


def chain_holds(events: list[SignatureEvent]) -> bool:
    """Does each event carry its own hash and that of the one before?"""
    before = ""
    for place, event in enumerate(events, 1):
        if event.seq != place or event.prev_hash != before or event.hash != event.digest():
            return False
        before = event.hash
    return True


def evidence_of(request: SignatureRequest, at: datetime) -> dict[str, Any]:
    """Everything that is known of the signatures of a request, as plain values."""
    from contracts.pades import verifying

    events = list(request.events.select_related("actor"))
    revisions = list(request.revisions.all())
    verdict = verifying.check(last_revision(request).content(), anchors(), at, expected=request.signed_fields())
    convention = request.convention
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "drawn_up_at": at.isoformat(),
        "demonstration": request.is_demonstration,
        "convention": {"number": convention.number, "kind": convention.kind, "title": convention.title, "state": convention.state},
        "version": {"number": request.version.number, "content_sha256": request.version.sha256},
        "check": {"code": shown_code(convention.check_code), "address": address_of(convention.check_code)},
        "request": {"state": request.state, "mode": request.mode, "level": request.level, "document_sha256": request.document_sha256},
        "signatories": [_signatory(one) for one in request.signatories_read()],
        "consents": {code: str(words) for code, words in CONSENTS.items()},
        "revisions": [_revision(one) for one in revisions],
        "events": [event.told() | {"hash": event.hash, "by": event.actor.full_name} for event in events],
        "chain_holds": chain_holds(events),
        "verdict": _verdict(verdict),
    }


def _signatory(one: Signatory) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.pk, "party": one.party.name, "name": one.name, "function": one.function, "method": one.method}
    told |= {"field": one.field, "group": one.order_group, "stage": one.stage, "certificate_sha256": one.certificate_sha256}
    told |= {"signed_at": one.signed_at.isoformat() if one.signed_at else None, "replaces": one.replaces_id}
    if one.delegation is not None:
        told["delegation"] = {
            "since": one.delegation.since.isoformat(),
            "until": one.delegation.until.isoformat(),
            "deed_sha256": one.delegation.sha256,
        }
    return told


def _revision(one: SealedRevision) -> dict[str, Any]:
    return {"number": one.number, "sha256": one.sha256, "size": one.size, "signatory": one.signatory_id, "at": one.at.isoformat()}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    signatures = [
        {"field": one.field, "who": one.who, "organisation": one.organisation, "at": one.at, "level": one.level}
        for one in verdict.signatures
    ]
    return {"state": verdict.state.value, "reasons": [sentence(one) for one in verdict.reasons], "signatures": signatures}


def as_json(request: SignatureRequest, at: datetime) -> bytes:
    """The evidence as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(evidence_of(request, at))


def as_pdf(request: SignatureRequest, at: datetime) -> bytes:
    """The evidence to read. Raises CannotPrint."""
    told = evidence_of(request, at)
    verdict = next(words for state, words in HEADINGS.items() if state.value == told["verdict"]["state"])
    names = {one["id"]: one["name"] for one in told["signatories"]}
    kinds = {event.seq: event.get_kind_display() for event in request.events.all()}
    events = [
        event
        | {"what": kinds[event["seq"]], "whose": names.get(event["signatory"], ""), "when": _moment(event["at"])}
        | {"checked": REVOCATION.get(event["facts"].get("revocation"), "")}
        for event in told["events"]
    ]
    context = {"told": told, "asked": request, "verdict": verdict, "events": events, "operator": settings.OPERATOR_NAME}
    return pdf_of("signing/evidence_paper.html", context)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
