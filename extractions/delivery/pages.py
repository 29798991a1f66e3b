"""What the pages of packages show: their list on a ticket and on the tab of a dossier, one package with its files, and its answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from extractions.delivery import manifest
from extractions.delivery.choices import Fault
from extractions.delivery.forms.packages import AnnounceForm, AnswerForm, RefuseForm
from extractions.delivery.models import Destruction, Package
from extractions.delivery.rules import require_undecided
from extractions.delivery.services.destruction import standing_of
from extractions.delivery.sizes import size_said
from extractions.models import Ticket
from extractions.policies import MAY
from extractions.queries import tickets_of
from extractions.reading import note_ticket_read, standing, ticket_for, ticket_roles, ticket_to
from extractions.slots import missing_before_delivery
from extractions.states import Kind, TicketState
from requests_app.desks.sheets import disarmed
from requests_app.models import Dossier
from requests_app.reading import roles_for
from requests_app.slots import Notice
from requests_app.states import AFTER_AUTHORISATION
from ui.pagination import page_of
from workflow.models import Clock, Outcome, Task
from workflow.refusals import WrongState

ANSWER = "K-REC"
PER_PAGE = 50
TONES = {"": "warning", "accepted": "success", "concluded": "success", "refused": "error", "dropped": ""}


def answer_due(ticket: Ticket) -> date | None:
    """Until when the recipient may answer; None while nothing waits for an answer."""
    rows = Clock.objects.filter(subject_type=Ticket.subject_type, subject_id=ticket.pk, code=ANSWER, outcome=Outcome.RUNNING)
    found: date | None = rows.values_list("due_on", flat=True).first()
    return found


def is_overdue(ticket: Ticket) -> bool:
    """Has the time to answer passed in silence?"""
    rows = Clock.objects.filter(subject_type=Ticket.subject_type, subject_id=ticket.pk, code=ANSWER, outcome=Outcome.RUNNING)
    return rows.exclude(lapsed_at=None).exists()


def silence_said(request: HttpRequest, dossier: Dossier) -> Iterable[Notice]:
    """On the first page of a dossier, for who may note it: a delivery that nobody has answered in time."""
    if dossier.state not in AFTER_AUTHORISATION or not roles_for(request, dossier) & MAY["conclude"]:
        return
    asked = Task.objects.filter(subject_type=Ticket.subject_type, action="conclude", closed_at=None).values("subject_id")
    for ticket in Ticket.objects.filter(dossier=dossier, pk__in=asked).order_by("pk"):
        said = _("Ticket %(number)s: the time to answer the delivery has passed. Note whether it stands.") % {"number": ticket.number}
        yield Notice(said, ticket.get_absolute_url(), _("Open the ticket"), "warning")


def waiting_package(ticket: Ticket) -> Package | None:
    """The package that waits for an answer."""
    found: Package | None = Package.objects.for_reading().undecided().filter(ticket=ticket).first()
    return found


def offers_part(ticket: Ticket) -> bool:
    """Is what waits a part of the delivery?"""
    return Package.objects.undecided().filter(ticket=ticket, is_partial=True).exists()


def offers_whole(ticket: Ticket) -> bool:
    """Is what waits the whole of the delivery?"""
    return Package.objects.undecided().filter(ticket=ticket, is_partial=False).exists()


def concludes(ticket: Ticket) -> bool:
    """May the delivery stand without an answer by now?"""
    return is_overdue(ticket) and Package.objects.undecided().filter(ticket=ticket).exists()


def package_row(package: Package) -> dict[str, Any]:
    """A package as a line of a list."""
    statement = next(iter(package.standing), None) if hasattr(package, "standing") else standing_of(package)
    return {
        "package": package,
        "size": size_said(package.total_bytes),
        "tone": TONES[package.outcome],
        "standing": package.get_outcome_display() if package.outcome else _("Waits for an answer"),
        "statement": statement,
    }


def rows_of(tickets: list[Ticket]) -> list[dict[str, Any]]:
    """The packages of these tickets, the last first; two queries."""
    kept = Prefetch("destructions", Destruction.objects.exclude(is_confirmed=False), to_attr="standing")
    packages = Package.objects.filter(ticket__in=tickets).select_related("ticket").prefetch_related(kept)
    return [package_row(one) for one in packages.order_by("-announced_at", "-pk")]


def ticket_part(request: HttpRequest, ticket: Ticket) -> dict[str, Any] | None:
    """On the page of a delivery ticket: its packages, and until when the one that waits may be answered."""
    if ticket.kind != Kind.DELIVERY:
        return None
    rows = rows_of([ticket])
    if not rows:
        return None
    return {"rows": rows, "due_on": answer_due(ticket), "is_overdue": is_overdue(ticket), "retention": retention_of(ticket.dossier)}


def tab_part(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """On the tab of a dossier: what was delivered under the tickets that the reader sees, and until when it may be kept."""
    rows = rows_of(tickets_of(dossier, request.user))
    return {"rows": rows, "retention": retention_of(dossier)} if rows else None


def retention_of(dossier: Dossier) -> dict[str, Any]:
    """How long the data may be kept: the years that were authorised, and the day to which they lead once the end is known."""
    years, ended = dossier.content.retention_years, dossier.ended_on
    end = ended or dossier.content.ends_on
    until = end + relativedelta(years=years) if end is not None and years is not None else None
    return {"years": years, "until": until, "is_planned": ended is None}


def package_for(request: HttpRequest, number: str, package: int) -> Package:
    """A package of a ticket that the reader sees; 404 otherwise."""
    ticket = ticket_for(request, number)
    found: Package = get_object_or_404(Package.objects.for_reading(), ticket=ticket, number=package)
    found.ticket = ticket
    return found


def package_shown(request: HttpRequest, number: str, package: int) -> dict[str, Any]:
    """The page of a package: the way it went, what became of it, its files page by page."""
    found = package_for(request, number, package)
    ticket, roles = found.ticket, ticket_roles(request, found.ticket)
    note_ticket_read(request, ticket, "package")
    page = page_of(found.files.order_by("position"), request, PER_PAGE)
    destructions = list(found.destructions.select_related("stated_by", "checked_by", "proof").order_by("-pk"))
    stated = next((one for one in destructions if one.is_confirmed is not False), None)
    answers = found.is_undecided and bool(roles & MAY["accept"])
    return standing(request, ticket) | {
        "row": package_row(found),
        "package": found,
        "faults": [Fault(code).label for code in found.faults],
        "page": page,
        "files": [(one, size_said(one.size)) for one in page],
        "due_on": answer_due(ticket) if found.is_undecided else None,
        "is_overdue": found.is_undecided and is_overdue(ticket),
        "answers": answers and found.announced_by_id != request.user.pk,
        "concludes": found.is_undecided and bool(roles & MAY["conclude"]) and concludes(ticket),
        "retention": retention_of(ticket.dossier) if found.is_received else None,
        "destructions": destructions,
        "states": found.is_held and stated is None and bool(roles & MAY["state_destruction"]),
        "checks": stated if stated and stated.checked_at is None and roles & MAY["check_destruction"] else None,
    }


def announcing(request: HttpRequest, number: str) -> tuple[Ticket, AnnounceForm]:
    """The ticket and the form of a package; 404 for who does not deliver. Raises WrongState while nothing is being delivered."""
    ticket = ticket_to(request, number, "announce")
    if ticket.kind != Kind.DELIVERY:
        raise Http404
    if ticket.state != TicketState.DELIVERY:
        raise WrongState(_("Nothing is being delivered under this ticket: it was announced meanwhile, or has not begun."))
    form = AnnounceForm(request.POST, request.FILES, ticket=ticket) if request.method == "POST" else AnnounceForm(ticket=ticket)
    return ticket, form


def lacking(ticket: Ticket, day: date) -> list[Any]:
    """What upper floors demand first, told before anything is typed; nothing of it once the form itself has been refused."""
    return [one.sentence for one in missing_before_delivery(ticket, day)]


def last_refused(ticket: Ticket) -> Package | None:
    """The package that the next one replaces: the last, where it was refused."""
    last: Package | None = Package.objects.filter(ticket=ticket).order_by("-number").first()
    return last if last is not None and last.outcome == "refused" else None


def answered(request: HttpRequest, number: str, action: str) -> Package:
    """The package that waits, for who may answer it so; 404 for others. Raises WrongState where none waits."""
    ticket = ticket_to(request, number, action)
    found = waiting_package(ticket)
    if found is None:
        raise WrongState(_("No package waits for an answer: somebody answered it meanwhile, or none was announced."))
    found.ticket = ticket
    require_undecided(found)
    return found


def answer_form(request: HttpRequest, package: Package) -> AnswerForm:
    """The form that accepts a package, or closes it without an answer."""
    return AnswerForm({} if request.method == "POST" else None, package=package)


def refuse_form(request: HttpRequest, package: Package) -> RefuseForm:
    """The form that refuses a package."""
    return RefuseForm(request.POST if request.method == "POST" else None, package=package)


def answer_context(request: HttpRequest, package: Package, form: Any) -> dict[str, Any]:
    """What stands around an answer: the package, and how many days are left."""
    due_on = answer_due(package.ticket)
    return standing(request, package.ticket) | {"row": package_row(package), "package": package, "form": form, "due_on": due_on}


def sums_of(package: Package) -> str:
    """The list of files as `sha256sum -c` reads it."""
    return manifest.written(_lines(package))


def csv_of(package: Package) -> str:
    """The list of files as a table; formulas are disarmed."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(["name", "size", "sha256"])
    for one in _lines(package):
        writer.writerow([disarmed(one.name), "" if one.size is None else one.size, one.sha256])
    return file.getvalue()


def _lines(package: Package) -> list[manifest.FileLine]:
    rows = package.files.order_by("position").values_list("name", "sha256", "size")
    return [manifest.FileLine(name, sha256, size) for name, sha256, size in rows]
