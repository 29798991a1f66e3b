"""The pages on which a destruction is stated and checked, and what is left to do once all are confirmed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from contracts.models import Convention
from extractions.delivery.models import Destruction, DestructionProof, Package
from extractions.delivery.pages import package_for, package_row
from extractions.policies import MAY
from extractions.reading import note_ticket_read, standing, ticket_roles
from workflow.models import Clock, Outcome

OBLIGATION = "K-DESTR"


def stated(request: HttpRequest, number: str, package: int) -> Package:
    """A package whose destruction the reader may state; 404 for others."""
    found = package_for(request, number, package)
    if not found.is_held or not ticket_roles(request, found.ticket) & MAY["state_destruction"]:
        raise Http404
    return found


def checked(request: HttpRequest, number: str, package: int, pk: int) -> Destruction:
    """A statement that the reader may check; 404 for others."""
    found = package_for(request, number, package)
    if not ticket_roles(request, found.ticket) & MAY["check_destruction"]:
        raise Http404
    row: Destruction = get_object_or_404(Destruction.objects.select_related("stated_by"), package=found, pk=pk)
    row.package = found
    return row


def proof_for(request: HttpRequest, number: str, package: int, pk: int) -> DestructionProof:
    """The paper of a statement, for its recipient and its desk; 404 while it is in quarantine, or where there is none."""
    found = package_for(request, number, package)
    if not ticket_roles(request, found.ticket) & (MAY["check_destruction"] | MAY["state_destruction"] | MAY["see_work"]):
        raise Http404
    paper: DestructionProof = get_object_or_404(DestructionProof, destruction__package=found, destruction=pk)
    if paper.is_locked:
        raise Http404
    note_ticket_read(request, found.ticket, "destruction_proof")
    return paper


def shown(request: HttpRequest, package: Package, form: Any, row: Destruction | None = None) -> dict[str, Any]:
    """What stands around the form: the package, what was stated, and the obligation of the convention that runs."""
    told = {"package": package, "row": package_row(package), "form": form, "statement": row}
    return standing(request, package.ticket) | told | {"obligations": obligations_of(package.ticket.dossier)}


def obligations_of(dossier: Any) -> list[tuple[Convention, Any]]:
    """The conventions of the dossier under which destruction is owed, each with its day."""
    conventions = {one.pk: one for one in Convention.objects.filter(dossier=dossier).order_by("pk")}
    rows = Clock.objects.filter(
        subject_type=Convention.subject_type, subject_id__in=list(conventions), code=OBLIGATION, outcome=Outcome.RUNNING
    )
    return [(conventions[clock.subject_id], clock.due_on) for clock in rows.order_by("due_on", "pk")]
