"""What was found in a counterparty's file, before anything is proposed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from contracts.drafting.forms.writing import language
from contracts.models import Convention
from contracts.negotiating.forms.settling import ReceivedForm
from contracts.negotiating.models import ReceivedText
from contracts.negotiating.pages import around, is_in_negotiation, versions_open
from contracts.negotiating.policies import counterparties
from contracts.negotiating.services.receiving import Finding, findings_of, moved_in
from contracts.negotiating.shown import changes_shown
from contracts.negotiating.states import Beyond, ProposalKind
from contracts.policies import MAY
from contracts.reading import convention_for, convention_roles


def received_for(request: HttpRequest, number: str, pk: int) -> ReceivedText:
    """A received text: its sender's own until its changes are proposals, then everybody's who reads the convention; 404 for others."""
    convention = convention_for(request, number)
    rows = ReceivedText.objects.select_related("version", "party", "by")
    found: ReceivedText = get_object_or_404(rows, convention=convention, pk=pk)
    if found.taken_at is None and found.by_id != request.user.pk:
        raise Http404
    found.convention = convention
    found.version.convention = convention
    return found


def received_form(request: HttpRequest, convention: Convention) -> ReceivedForm:
    """The form of a file; who keeps the convention says who has sent it."""
    keeps = bool(convention_roles(request, convention) & MAY["settle_proposal"])
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return ReceivedForm(*sent, versions=versions_open(request, convention), parties=counterparties(convention) if keeps else None)


def taken(request: HttpRequest, received: ReceivedText) -> ReceivedText:
    """The text of which proposals are made; 404 for who may not."""
    if not convention_roles(request, received.convention) & MAY["import_text"]:
        raise Http404
    return received


def received_shown(request: HttpRequest, received: ReceivedText) -> dict[str, Any]:
    """What the file changes, what it may not change, and what is not taken over."""
    findings = findings_of(received)
    shown = changes_shown([one.change for one in findings], language())
    pairs = [(finding, change, said_of(finding)) for finding, change in zip(findings, shown, strict=True)]
    told = {
        "received": received,
        "findings": [one for one in pairs if not one[0].beyond],
        "beyond": [one for one in pairs if one[0].beyond],
    }
    counted = {str(kind.value): sum(1 for one in findings if one.kind == kind and not one.beyond) for kind in ProposalKind}
    aside = {"moved": moved_in(received), "takes": takes(request, received.convention, received, findings)}
    return around(request, received.convention) | told | {"counted": counted} | aside


def said_of(finding: Finding) -> tuple[Any, Any]:
    """What a finding would change, and how far beyond it goes, in words."""
    return ProposalKind(finding.kind).label, Beyond(finding.beyond).label if finding.beyond else ""


def takes(request: HttpRequest, convention: Convention, received: ReceivedText, findings: list[Finding]) -> bool:
    """May the reader make proposals of it now?"""
    may = bool(convention_roles(request, convention) & MAY["import_text"]) and is_in_negotiation(convention)
    return may and bool(findings) and received.taken_at is None and received.by_id == request.user.pk and not received.is_locked
