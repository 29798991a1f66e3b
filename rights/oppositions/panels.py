"""What this room shows on the pages of others: the public fiche, the page that a person follows, the page of a ticket."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Database
from extractions.delivery.models import Package
from extractions.policies import MAY
from extractions.reading import ticket_roles
from extractions.states import Kind, TicketState
from rights.oppositions import guard, proofs
from rights.oppositions.deliveries import Delivery, of_databases, of_dossier
from rights.oppositions.files import SHOWN, compared, counted, files_of
from rights.oppositions.models import Attestation, Commitment
from rights.oppositions.policies import may_publish
from rights.oppositions.states import IN_SETS
from rights.oppositions.terms import terms_on
from rights.states import Right
from workflow.periods import paris_day


def fiche_part(request: HttpRequest, fiche: Any) -> dict[str, Any] | None:
    """On the public fiche: how many deliveries, and how old the oppositions were at most with which they were made."""
    if fiche.dossier_id is None:
        return None
    delivered = of_dossier(fiche.dossier_id)
    if not delivered:
        return None
    ages = [one.age for one in delivered if one.age is not None]
    return {
        "total": len({one.package for one in delivered}),
        "oldest": max(ages) if ages else None,
        "unattested": len({one.package for one in delivered if one.attestation is None and not one.is_disproved}),
        "disproved": len({one.package for one in delivered if one.is_disproved}),
        "too_old": len({one.package for one in delivered if one.age is not None and one.is_late}),
        "rechecked": len({one.package for one in delivered if one.is_rechecked}),
    }


def track_part(request: HttpRequest, routing: Any, among: list[Any]) -> dict[str, Any] | None:
    """On the page that a person follows: since when their opposition is in force, and what was delivered since."""
    if routing.right != Right.OPPOSITION or routing.level not in IN_SETS or not routing.is_granted:
        return None
    commitments, delivered = _known(request, among)
    held = commitments.get(routing.pk)
    if held is None:
        return None
    if held.entered is None:
        return {"waits": True, "days": terms_on(paris_day(timezone.now())).max_age_days}
    mine = proofs.since(held, delivered.get(routing.database_id, []))
    accepted = paris_day(routing.ended_at)
    return {
        "entered": held.entered,
        "left": held.left,
        "total": len(mine),
        "excluded": sum(proofs.excluded(held, one) for one in mine),
        "earlier": sum(_is_earlier(one, accepted) for one in mine),
        "ticket": proofs.ticket_for(held),
    }


def _is_earlier(delivery: Delivery, accepted: Any) -> bool:
    """Was the project authorised before the opposition? The rule then says what becomes of it; ours excludes the person all the same."""
    return delivery.authorised_on is not None and delivery.authorised_on < accepted


def _known(request: HttpRequest, among: list[Any]) -> tuple[dict[int, Commitment], dict[int, list[Delivery]]]:
    """The leaves of every opposition of the page, and the deliveries out of their databases; two queries a page."""
    if "_oppositions" not in request.__dict__:
        rows = Commitment.objects.filter(routing__in=among).select_related("routing", "entered", "left")
        held = {one.routing_id: one for one in rows}
        entered = [one for one in held.values() if one.entered is not None]
        first = min((one.entered.effective_at for one in entered if one.entered), default=None)
        delivered = of_databases({one.routing.database_id for one in entered}, first) if entered else {}
        request.__dict__["_oppositions"] = (held, delivered)
    known: tuple[dict[int, Commitment], dict[int, list[Delivery]]] = request.__dict__["_oppositions"]
    return known


def ticket_part(request: HttpRequest, ticket: Any) -> dict[str, Any] | None:
    """On a delivery ticket whose databases have oppositions: what stands attested, what lacks, and the button to send it."""
    if ticket.kind != Kind.DELIVERY or not ticket.is_open or not ticket_roles(request, ticket) & MAY["see_work"]:
        return None
    day = paris_day(timezone.now())
    databases = guard.concerned(ticket)
    if not databases:
        return None
    number = guard.number_due(ticket)
    attested = guard.attested(ticket, number)
    files, sends = compared(attested, files_of(ticket, number)), ticket_roles(request, ticket) & MAY["attest_oppositions"]
    told = {
        "number": number,
        "databases": databases,
        "attested": [{"one": one, "named": counted(one)} for one in attested],
        "files": files[:SHOWN],
        "more": len(files[SHOWN:]),
    }
    if Package.objects.filter(ticket=ticket).undecided().exists():
        return told | _once_announced(databases, attested) | ({"rechecks": bool(attested)} if sends else {})
    return told | _before(request, ticket, databases, day) | (_to_send(ticket, databases, attested, day) if sends else {})


def _before(request: HttpRequest, ticket: Any, databases: list[Database], day: date) -> dict[str, Any]:
    """What keeps the package that comes next back, and whether the reader may publish what lacks."""
    return {
        "missing": [str(one.sentence) for one in guard.missing(ticket, day)],
        "publishes": any(may_publish(request.user, one) for one in guard.outdated(databases, day)),
    }


def _once_announced(databases: list[Database], attested: list[Attestation]) -> dict[str, Any]:
    """A package that has left is judged by the day on which it did: of some databases, nothing had to be attested then."""
    made = {one.version.database_id for one in attested}
    return {"announced": True, "unasked": [one for one in databases if one.pk not in made]}


def _to_send(ticket: Any, databases: list[Database], attested: list[Attestation], day: date) -> dict[str, Any]:
    """What stands there for who attests: the button, before the moves while it is what lacks, and the study to filter for."""
    url, waits = reverse("oppositions:attest", args=[ticket.number]), guard.awaits_attestation(ticket, databases, attested, day)
    return {
        "sends": waits or bool(attested),
        "study": guard.study_asked(ticket, databases),
        "lead": (_("Send an attestation"), url) if waits and ticket.state == TicketState.DELIVERY else None,
    }
