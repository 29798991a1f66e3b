"""Sign, open the document, refuse: what those who are asked do; each on the latest bytes, behind the lock of the request."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.policies import organisations_with
from accounts.roles import Role
from contracts.pades.verdict import Signed
from contracts.pades.words import sentence
from contracts.policies import MAY as ON_CONVENTION
from contracts.policies import roles_on as roles_on_convention
from contracts.rules import require_said
from contracts.signing import rules
from contracts.signing.models import SealedRevision, Signatory, SignatureRequest
from contracts.signing.notifications import tell_ended, tell_signatory
from contracts.signing.policies import may
from contracts.signing.providers import PROVIDERS, Brought
from contracts.signing.services.chaining import keep_revision, last_revision, locked, note
from contracts.signing.services.opening import invite_next
from contracts.signing.states import NEEDED, Happening, Method, Stage
from requests_app.pieces import deleted_on_failure
from requests_app.signatures import Signature
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

#: The sentence that the signatory agrees to, by its number: a new wording takes a new one.
CONSENT = "consent/1"
CONSENTS: dict[str, Any] = {
    CONSENT: _("I have read the convention and its annexes, I may commit %(party)s, and I agree to sign this document electronically.")
}


@dataclass(frozen=True)
class Ceremony:
    """What surrounds a signature: the second factor and what was read, the part of the network's address that is kept, the file."""

    signed: Signature | None
    network: str = ""
    pdf: bytes = b""


def held(signatory: Signatory, at: datetime) -> tuple[SignatureRequest, Signatory, datetime]:
    """The request and the signatory, read again behind their lock, and the instant of the act."""
    request = SignatureRequest.objects.get(pk=signatory.request_id)
    at = locked(request, at)
    again = next((one for one in request.signatories_read() if one.pk == signatory.pk), None)
    if again is None:
        raise WrongState(_("This signature is not awaited any more."))
    return request, again, at


@transaction.atomic
def open_document(signatory: Signatory, *, by: Any, at: datetime) -> None:
    """Note that who is asked has opened the document; the first time only."""
    if signatory.stage != Stage.INVITED:
        return
    request, signatory, at = held(signatory, at)
    if signatory.stage != Stage.INVITED or signatory.person_id != by.pk:
        return
    signatory.stage, signatory.viewed_at = Stage.VIEWED, at
    signatory.save(update_fields=["stage", "viewed_at"])
    note(request, Happening.VIEWED, by=by, at=at, signatory=signatory, document_sha256=last_revision(request).sha256)


def sign(signatory: Signatory, ceremony: Ceremony, *, by: Any, at: datetime) -> SealedRevision:
    """Sign for a party: the right is judged now, the signature is put on the latest bytes, and what it gives is checked.

    With the last signature the convention is signed. Raises NotAllowed, WrongState, RuleBroken, CannotSign.
    """
    with deleted_on_failure([]) as kept, transaction.atomic():
        request, signatory, at = held(signatory, at)
        rules.require_open(request, at)
        rules.require_turn(signatory)
        _require_right(signatory, by, at)
        device = rules.require_signed(by, ceremony.signed, request.document_sha256)
        before = last_revision(request)
        made, found = _completed(signatory, before, ceremony, at)
        revision = keep_revision(request, made, kept, at=at, signatory=signatory)
        told = {"document_before": before.sha256, "document_sha256": revision.sha256, "certificate_sha256": signatory.certificate_sha256}
        told |= {"second_factor": device, "consent": CONSENT, "network": ceremony.network, "level": found.level}
        told |= {"revocation": found.revocation} if found.revocation else {}
        kind = Happening.UPLOADED if signatory.method == Method.UPLOADED else Happening.SIGNED
        settle(request, signatory, kind, told, by=by, at=at)
        return revision


def _require_right(signatory: Signatory, by: Any, at: datetime) -> None:
    """Judge the right to sign at this instant; who has no account sends the signed file through the operator."""
    if signatory.person_id is None:
        if not may(by, "add_scan", signatory.request):
            raise NotAllowed(_("This signature is asked of somebody else."))
        return
    delegation = signatory.delegation
    if delegation is not None and delegation.organisation_id not in organisations_with(delegation.given_by, Role.SIGNATORY):
        raise RuleBroken(_("Who gave you this delegation does not commit %(party)s any more.") % {"party": signatory.party.name})
    held_now = organisations_with(User.objects.get(pk=by.pk), Role.SIGNATORY)
    rules.require_right(signatory, by, paris_day(at), held_now)
    body = signatory.party.organisation_id
    if delegation is not None and not Membership.objects.verified().filter(organisation=body, user=by.pk).exists():
        raise RuleBroken(_("Your right to commit %(party)s has ended, or was never recorded.") % {"party": signatory.party.name})


def _completed(signatory: Signatory, before: SealedRevision, ceremony: Ceremony, at: datetime) -> tuple[bytes, Signed]:
    """The document with this signature, judged whole, and what was found of it; the signatory learns the certificate."""
    provider = PROVIDERS.get(signatory.method)
    if provider is None:
        raise WrongState(_("This signature is given on paper."))
    brought = Brought(str(CONSENTS[CONSENT] % {"party": signatory.party.name}), ceremony.pdf)
    content = before.content()
    made = provider.complete(signatory, content, brought, at)
    verdict = provider.verify(signatory, made, content, at)
    if verdict.reasons:
        raise RuleBroken(*(Broken(sentence(one), where="file") for one in verdict.reasons))
    found = next(one for one in verdict.people if one.field == signatory.field)
    signatory.certificate_sha256 = found.certificate
    return made, found


def settle(request: SignatureRequest, signatory: Signatory, kind: str, told: dict[str, Any], *, by: Any, at: datetime) -> None:
    """Note a signature that was given; go on to those who come next, or end with the last."""
    signatory.stage, signatory.signed_at = Stage.SIGNED, at
    signatory.save(update_fields=["stage", "signed_at", "certificate_sha256"])
    note(request, kind, by=by, at=at, signatory=signatory, **told)
    document = last_revision(request).sha256
    request.note_signature(by=by, at=at, signatory=signatory.pk, document_sha256=document, second_factor=told.get("second_factor", ""))
    request.__dict__.pop("_signatories", None)
    if request.awaited():
        invite_next(request, by=by, at=at)
        return
    system = User.objects.system()
    request.complete(by=system, at=at, document_sha256=document)
    note(request, Happening.COMPLETED, by=system, at=at, document_sha256=document)
    request.convention.complete_signature(by=system, at=at, document_sha256=document)
    tell_ended(request, "completed")


@transaction.atomic
def refuse(signatory: Signatory, because: str, *, by: Any, at: datetime) -> None:
    """Say that one does not sign: every signature of this version is void, and the convention goes back to the negotiation.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    request, signatory, at = held(signatory, at)
    rules.require_open(request, at)
    for_another = signatory.person_id is None and may(by, "add_scan", request)
    if signatory.person_id != by.pk and not for_another:
        raise NotAllowed(_("This signature is asked of somebody else."))
    rules.require_turn(signatory)
    words = require_said(because, _("Say why you do not sign."))
    signatory.stage, signatory.words, signatory.salt = Stage.REFUSED, words, secrets.token_hex(16)
    signatory.save(update_fields=["stage", "words", "salt"])
    digest = text_digest(signatory.salt, words)
    request.refuse(by=by, at=at, signatory=signatory.pk, text_sha256=digest)
    note(request, Happening.REFUSED, by=by, at=at, signatory=signatory, text_sha256=digest)
    lapse_others(request)
    convention = request.convention
    may_say = roles_on_convention(by, convention) & ON_CONVENTION["refuse_signature"]
    convention.refuse_signature(by=by if may_say else User.objects.system(), at=at, because=words)
    tell_ended(request, "refused")


def lapse_others(request: SignatureRequest) -> None:
    """Nobody else is awaited."""
    Signatory.objects.filter(request=request, stage__in=sorted(NEEDED)).update(stage=Stage.LAPSED)


@transaction.atomic
def remind(signatory: Signatory, *, by: Any, at: datetime) -> None:
    """Write once more to somebody whose turn it is; once a day at most. Raises NotAllowed, WrongState, RuleBroken."""
    request, signatory, at = held(signatory, at)
    rules.require_open(request, at)
    rules.require_turn(signatory)
    if signatory.reminded_at is not None and paris_day(signatory.reminded_at) == paris_day(at):
        raise RuleBroken(_("They were reminded today already."))
    signatory.reminded_at = at
    signatory.save(update_fields=["reminded_at"])
    record(request, "remind", by=by, at=at, facts={"signatory": signatory.pk})
    note(request, Happening.REMINDED, by=by, at=at, signatory=signatory)
    tell_signatory(signatory, "reminded", at)
