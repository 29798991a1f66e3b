"""What the pages of signatures show: who must act now and since when, what somebody signs, the papers, and the public check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import address_for
from contracts.models import Convention
from contracts.pages import text_of
from contracts.policies import may as may_on_convention
from contracts.reading import convention_for, convention_to, note_convention_read, standing
from contracts.signing import policies
from contracts.signing.models import Signatory, SignatureRequest, SignedScan
from contracts.signing.providers import PROVIDERS
from contracts.signing.queries import awaiting, current_of, requests_of
from contracts.signing.services.chaining import last_revision
from contracts.signing.states import NEEDED, REPLACED, Method, RequestState, Stage
from contracts.states import ConventionState
from requests_app.slots import Notice
from requests_app.states import AFTER_AUTHORISATION
from workflow.refusals import WrongState

#: From which state on a convention has a page of signatures.
WITH_SIGNATURES = frozenset(ConventionState) - {ConventionState.DRAFT, ConventionState.REVIEW, ConventionState.ABANDONED}


def has_signatures(request: HttpRequest, convention: Convention) -> bool:
    """Does the menu of this convention show its signatures?"""
    return convention.state in WITH_SIGNATURES and (convention.approved_version_id is not None or convention.signature_requests.exists())


def awaiting_me(request: HttpRequest, convention: Convention) -> int:
    """How many signatures of this convention await the reader."""
    return len(mine_of(request, convention))


def mine_of(request: HttpRequest, convention: Convention) -> list[Signatory]:
    """The reader's own signatures that this convention awaits now or later."""
    if convention.state != ConventionState.SIGNING:
        return []
    rows = Signatory.objects.filter(request__convention=convention, person=request.user.pk, stage__in=sorted(NEEDED))
    return list(rows.select_related("request", "party").order_by("pk"))


def notices(request: HttpRequest, dossier: Any) -> list[Notice]:
    """On the first page of the dossier: that a convention awaits the reader's signature."""
    if dossier.state not in AFTER_AUTHORISATION:
        return []
    told = [
        (one.request.convention.number, reverse("signing:sign", args=[one.request.convention.number]))
        for one in awaiting(request.user, dossier)
    ]
    said = _("Convention %(number)s awaits your signature.")
    return [Notice(said % {"number": number}, address, _("Read the convention, then sign or refuse"), "info") for number, address in told]


@dataclass(frozen=True)
class Line:
    """One signatory on the page: where they are, how long it has been their turn, and what the reader may do."""

    one: Signatory
    days: int
    is_mine: bool
    reminds: bool
    notes: bool
    scan: SignedScan | None
    delegates: bool
    #: May the reader end the delegation under which this person is asked?
    ends: bool


def cockpit(request: HttpRequest, number: str) -> dict[str, Any]:
    """The page of the signatures of a convention."""
    convention = convention_for(request, number)
    if not has_signatures(request, convention):
        raise Http404
    note_convention_read(request, convention, "signatures")
    rows, now = requests_of(convention), timezone.now()
    current = rows[0] if rows and not rows[0].is_void else None
    told: dict[str, Any] = {"current": current, "past": rows[1:] if current else rows, "now": now}
    told["sends"] = convention.state == ConventionState.APPROVED and may_on_convention(request.user, "send_for_signature", convention)
    if current is not None:
        told |= _current(request, current, now)
    return standing(request, convention) | told


def _current(request: HttpRequest, current: SignatureRequest, now: datetime) -> dict[str, Any]:
    roles = policies.roles_on(request.user, current)
    scans = {scan.signatory_id: scan for scan in SignedScan.objects.awaiting().filter(signatory__request=current)}
    lines = [_line(one, request, roles, scans.get(one.pk), now) for one in current.signatories_read() if one.stage not in REPLACED]
    return {
        "lines": lines,
        "acting": [line for line in lines if line.one.is_their_turn and current.is_open],
        "cancels": current.is_open and bool(roles & policies.MAY["cancel"]),
        "events": list(current.events.select_related("actor", "signatory")),
        "signed": sum(line.one.stage == Stage.SIGNED for line in lines),
        "revisions": list(current.revisions.all()),
    }


def _line(one: Signatory, request: HttpRequest, roles: frozenset[str], scan: SignedScan | None, now: datetime) -> Line:
    acts = one.is_their_turn and one.request.is_open
    keeps = bool(roles & policies.MAY["add_scan"])
    days = (now - one.invited_at).days if acts and one.invited_at else 0
    is_mine = one.person_id == request.user.pk
    notes = acts and keeps and one.person_id is None and one.method == Method.UPLOADED
    return Line(
        one, days, is_mine and acts, acts and keeps and one.person_id is not None,
        notes or (acts and keeps and one.method == Method.WET_INK and scan is None),
        scan if keeps else None, one.is_needed and keeps and one.person_id is not None and one.delegation_id is None,
        one.is_needed and one.request.is_open and one.delegation is not None and (keeps or one.delegation.given_by_id == request.user.pk),
    )  # fmt: skip


def sendable(request: HttpRequest, number: str) -> Convention:
    """A convention that the reader may send for signature; 404 for others. Raises WrongState once it is out."""
    convention = convention_to(request, number, "send_for_signature")
    if convention.state != ConventionState.APPROVED:
        raise WrongState(_("This convention is not one that awaits its signatures."))
    return convention


def current_for(request: HttpRequest, number: str, action: str) -> SignatureRequest:
    """The request that counts, if the reader may do this on it; 404 otherwise."""
    convention = get_object_or_404(Convention.objects.for_reading(), number=number)
    found = current_of(convention)
    if found is None or not request.user.is_authenticated or not policies.may(request.user, action, found):
        raise Http404
    found.convention = convention
    return found


def signatory_for(request: HttpRequest, number: str) -> Signatory:
    """The reader's own signature of this convention; 404 where none was asked. What became of it since is said by the refusal."""
    convention = get_object_or_404(Convention.objects.for_reading(), number=number)
    rows = Signatory.objects.select_related("request__version", "party", "delegation").filter(request__convention=convention)
    mine = rows.filter(person=request.user.pk).exclude(stage__in=sorted(REPLACED)).order_by("-request_id", "-pk")
    found = next((one for one in mine if one.is_their_turn and one.request.is_open), None) or mine.first()
    if found is None or found.request.state == RequestState.DRAFT:
        raise Http404
    found.request.convention = convention
    return found


def signatory_kept(request: HttpRequest, number: str, pk: int, action: str) -> Signatory:
    """A signature that the operator's side looks after; 404 for others."""
    asked = current_for(request, number, action)
    found = next((one for one in asked.signatories_read() if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def beside(request: HttpRequest, asked: SignatureRequest) -> dict[str, Any]:
    """What stands around a page of a request: the convention's own frame for who reads it, else a plain page."""
    convention = asked.convention
    note_convention_read(request, convention, "signature")
    told: dict[str, Any] = {"convention": convention, "pages": [], "base": "contracts/alone_base.html"}
    if may_on_convention(request.user, "see", convention):
        told = standing(request, convention)
    return told | {"asked": asked}


def signing_context(request: HttpRequest, signatory: Signatory, form: Any) -> dict[str, Any]:
    """The page of the signatory: the whole text, what follows, and where the second factor is given."""
    asked = signatory.request
    return (
        beside(request, asked)
        | text_of(asked.version)
        | {"signatory": signatory, "form": form}
        | second_factor(request, "signing:sign", asked)
    )


def second_factor(request: HttpRequest, name: str, asked: SignatureRequest, *more: Any) -> dict[str, str]:
    """Where the code of the second factor is given; empty when it was given already."""
    back = reverse(name, args=[asked.convention.number, *more])
    return {"second_factor": "" if request.user.is_verified() else address_for(request.user, back)}  # type: ignore[union-attr]


def document_for(request: HttpRequest, number: str) -> bytes:
    """The latest state of the document, for who reads the convention; for whose turn it is, as their means of signing prepares it."""
    asked = current_for(request, number, "see")
    note_convention_read(request, asked.convention, "signed_document")
    content = last_revision(asked).content()
    mine = next((one for one in asked.signatories_read() if one.person_id == request.user.pk and one.is_their_turn), None)
    provider = PROVIDERS.get(mine.method) if mine else None
    return provider.prepare(mine, content) if provider else content


def evidence_for(request: HttpRequest, number: str) -> SignatureRequest:
    """The request whose evidence the reader may take away; 404 for others."""
    asked = current_for(request, number, "see")
    note_convention_read(request, asked.convention, "signature_evidence")
    return asked


def scan_for(request: HttpRequest, number: str, pk: int) -> SignedScan:
    """A scan of this convention, for who keeps conventions; 404 for others."""
    asked = current_for(request, number, "check_scan")
    rows = SignedScan.objects.select_related("signatory__party", "added_by", "confirmed_by")
    found: SignedScan = get_object_or_404(rows, pk=pk, signatory__request=asked)
    found.signatory.request = asked
    return found


def open_scan(request: HttpRequest, number: str, pk: int) -> SignedScan:
    """The same, if its file may be handed over: not in quarantine, not infected."""
    found = scan_for(request, number, pk)
    if found.is_locked:
        raise Http404
    return found


def scan_context(request: HttpRequest, scan: SignedScan, form: Any) -> dict[str, Any]:
    """The scan beside the document, and whether this reader is the one who may check it."""
    asked = scan.signatory.request
    told = {"scan": scan, "form": form, "signatory": scan.signatory, "is_mine": scan.added_by_id == request.user.pk}
    told["checks"] = scan.is_awaiting and not told["is_mine"] and not scan.is_locked
    return beside(request, asked) | told | second_factor(request, "signing:scan", asked, scan.pk)
