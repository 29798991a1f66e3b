"""Open a request: seal the document of the approved version, name those who sign, and invite the first of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.policies import organisations_with
from accounts.roles import Role
from contracts.authorities import authority, is_demonstration, sealed
from contracts.drafting.documents.delivery import is_given_up
from contracts.models import Convention, Party
from contracts.signing import rules
from contracts.signing.models import Signatory, SignatureRequest
from contracts.signing.notifications import tell_signatory
from contracts.signing.providers import is_open
from contracts.signing.services.chaining import keep_revision, note
from contracts.signing.states import IN_THE_FILE, Happening, Method, Mode, Stage
from contracts.states import PartyRole
from requests_app.pieces import deleted_on_failure
from workflow.engine import lock_and_reread
from workflow.refusals import Broken, RuleBroken


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked to sign for a party: a person of the site, or a name; by which means, and in which group."""

    party: Party
    method: str
    person: Any = None
    name: str = ""
    function: str = ""
    group: int = 1


@dataclass(frozen=True)
class Terms:
    """In which order, at which level, until when."""

    mode: str
    level: str
    expires_at: datetime


def open_request(convention: Convention, asked: Sequence[Asked], terms: Terms, *, by: Any, at: datetime) -> SignatureRequest:
    """Seal the approved text and send it to those who sign. Raises NotAllowed, WrongState, RuleBroken, CannotSign."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        lock_and_reread(convention)
        rules.require_sendable(convention, terms.expires_at, at)
        request = SignatureRequest(convention=convention, version=convention.approved_version, sent_by=by)
        request.mode, request.level, request.expires_at = terms.mode, terms.level, terms.expires_at
        request.is_demonstration = is_demonstration()
        _require_whole(convention, asked, request)
        request.save()
        fields = _name(request, asked)
        first = keep_revision(request, _sealed(request, fields, at), kept, at=at)
        request.send(by=by, at=at, document_sha256=first.sha256)
        note(request, Happening.SENT, by=by, at=at, document_sha256=first.sha256, mode=request.mode, level=request.level)
        convention.send_for_signature(by=by, at=at, document_sha256=first.sha256)
        invite_next(request, by=by, at=at)
        return request


def _require_whole(convention: Convention, asked: Sequence[Asked], request: SignatureRequest) -> None:
    """Everybody signs, by means that give the level, through people who may commit their party."""
    parties = {party.pk: party for party in convention.parties_read()}
    missing = [party.name for pk, party in parties.items() if pk not in {one.party.pk for one in asked}]
    if missing:
        raise RuleBroken(Broken(_("Nobody signs for %(party)s.") % {"party": missing[0]}))
    methods = [one.method for one in asked]
    signs_here = Method.INTERNAL not in methods or authority().issue is not None
    rules.require_methods(request.level, methods, signs_here=signs_here, is_demonstration=request.is_demonstration)
    for one in asked:
        _require_able(one, convention)
    rules.require_one_party_each((one.person.pk, one.person.full_name) if one.person else (None, one.name) for one in asked)


def _require_able(one: Asked, convention: Convention) -> None:
    if not is_open(one.method):
        raise RuleBroken(Broken(_("This means of signing is not open on this site.")))
    if one.person is None:
        if one.method == Method.INTERNAL or not one.name.strip():
            raise RuleBroken(Broken(_("Say who signs for %(party)s.") % {"party": one.party.name}))
        return
    if one.party.organisation_id not in organisations_with(one.person, Role.SIGNATORY):
        raise RuleBroken(Broken(_("%(person)s may not commit %(party)s.") % {"person": one.person, "party": one.party.name}))
    if PartyRole.OPERATOR.value in one.party.roles and one.person.pk in convention.preparers():
        raise RuleBroken(Broken(_("%(person)s has prepared this text: somebody else signs for the operator.") % {"person": one.person}))


def _name(request: SignatureRequest, asked: Iterable[Asked]) -> dict[str, str]:
    """Write down who signs; the answer is the fields of the document, each with its label."""
    fields, places = {}, dict[int, int]()
    for rank, one in enumerate(_ordered(request.mode, asked), 1):
        place = places[one.party.pk] = places.get(one.party.pk, 0) + 1
        field = f"Sig_{one.party.position}_{place}" if one.method in IN_THE_FILE else ""
        name = (str(one.person.full_name) if one.person else one.name).strip()[:200]
        group = rank if request.mode == Mode.SEQUENTIAL else 1 if request.mode == Mode.PARALLEL else one.group
        Signatory.objects.create(
            request=request, party=one.party, person=one.person, name=name, function=one.function.strip()[:200],
            order_group=group, method=one.method, field=field,
        )  # fmt: skip
        if field:
            fields[field] = f"{name}, {one.party.name}"
    return fields


def _ordered(mode: str, asked: Iterable[Asked]) -> list[Asked]:
    return sorted(asked, key=lambda one: (one.group if mode != Mode.PARALLEL else 1, one.party.position))


def _sealed(request: SignatureRequest, fields: dict[str, str], at: datetime) -> bytes:
    made = request.version.files.filter(format="pdf").first()
    if made is None and is_given_up(request.version, "pdf"):
        raise RuleBroken(Broken(_("The PDF of this version could not be made: have it made again on the page of the convention.")))
    if made is None:
        raise RuleBroken(Broken(_("The PDF of this version is still being made: try again in a minute.")))
    with made.file.open("rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != made.sha256:
        sentence = _("The PDF that is kept of this version is not the one that was made: tell the administrator of the site.")
        raise RuleBroken(Broken(sentence))
    return sealed(content, fields, at)


def invite_next(request: SignatureRequest, *, by: Any, at: datetime) -> list[Signatory]:
    """Invite the first group that has not signed yet, unless it was invited already; the answer is who was invited."""
    request.__dict__.pop("_signatories", None)
    needed = request.awaited()
    group = min((one.order_group for one in needed), default=0)
    invited = [one for one in needed if one.order_group == group and one.stage == Stage.WAITING]
    for one in invited:
        one.stage, one.invited_at = Stage.INVITED, at
        one.save(update_fields=["stage", "invited_at"])
        note(request, Happening.INVITED, by=by, at=at, signatory=one)
        tell_signatory(one, "invited", at)
    return invited
