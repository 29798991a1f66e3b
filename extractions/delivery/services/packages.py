"""A package is announced with its list of files, then accepted, refused, or left without an answer; each in the transaction of a move."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.delivery import rules
from extractions.delivery.choices import Outcome
from extractions.delivery.manifest import sha256_of
from extractions.delivery.models import Package, PackageFile
from extractions.delivery.rules import Delivered
from extractions.models import Ticket
from extractions.states import TicketState
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import WrongState
from workflow.seals import text_digest


@transaction.atomic
def announce(ticket: Ticket, told: Delivered, *, by: Any, at: datetime) -> Package:
    """Announce a package that was sent; the applicant has a set time to answer. Raises NotAllowed, RuleBroken, WrongState."""
    lock_and_reread(ticket)
    if ticket.state != TicketState.DELIVERY:
        raise WrongState(_("Nothing is being delivered under this ticket: it was announced meanwhile, or has not begun."))
    size = rules.require_announceable(told)
    last = Package.objects.filter(ticket=ticket).order_by("-number").first()
    package: Package = Package.objects.create(
        ticket=ticket,
        number=last.number + 1 if last else 1,
        is_partial=told.is_partial,
        is_update=told.is_update,
        channel=told.channel,
        place=told.place.strip(),
        file_count=len(told.files),
        total_bytes=size,
        manifest_sha256=sha256_of(told.files),
        note=told.note.strip(),
        salt=secrets.token_hex(16),
        replaces=last if last is not None and last.outcome == Outcome.REFUSED else None,
        announced_at=at,
        announced_by=by,
    )
    rows = [
        PackageFile(package=package, position=at_, name=one.name, size=one.size, sha256=one.sha256) for at_, one in enumerate(told.files, 1)
    ]
    PackageFile.objects.bulk_create(rows, batch_size=1000)
    listed = {"package": package.pk, "files": package.file_count, "bytes": package.total_bytes, "manifest_sha256": package.manifest_sha256}
    record(ticket, "list_package", by=by, at=at, facts=listed | {"text_sha256": text_digest(package.salt, package.note)})
    ticket.announce(by=by, at=at, package=package.pk)
    return package


@transaction.atomic
def accept(package: Package, *, by: Any, at: datetime) -> Package:
    """The data are there, whole and as agreed. Raises NotAllowed, RuleBroken, WrongState where somebody was quicker."""
    ticket = _held(package)
    rules.require_whole(package, part=False)
    ticket.accept(by=by, at=at, package=package.pk)
    return _decided(package, Outcome.ACCEPTED, by, at)


@transaction.atomic
def accept_part(package: Package, *, by: Any, at: datetime) -> Package:
    """A part is accepted; the rest is still to come. Raises NotAllowed, RuleBroken, WrongState where somebody was quicker."""
    ticket = _held(package)
    rules.require_whole(package, part=True)
    ticket.accept_part(by=by, at=at, package=package.pk)
    return _decided(package, Outcome.ACCEPTED, by, at)


@transaction.atomic
def refuse(package: Package, faults: list[str], because: str, *, by: Any, at: datetime) -> Package:
    """Something lacks or is wrong; it is delivered again. Raises NotAllowed, RuleBroken, WrongState where somebody was quicker."""
    ticket = _held(package)
    package.faults, package.because = rules.require_faults(faults, because)
    ticket.refuse(by=by, at=at, because=package.because, package=package.pk)
    package.because_salt = ticket.salt
    return _decided(package, Outcome.REFUSED, by, at)


@transaction.atomic
def conclude(package: Package, *, by: Any, at: datetime) -> Package:
    """The time to refuse has passed in silence: the delivery stands. Raises NotAllowed, RuleBroken, WrongState."""
    ticket = _held(package)
    conclude_it = ticket.conclude_part if package.is_partial else ticket.conclude
    conclude_it(by=by, at=at, package=package.pk)
    return _decided(package, Outcome.CONCLUDED, by, at)


def _held(package: Package) -> Ticket:
    """The ticket, locked, and the package as it now is: whoever comes second finds it answered."""
    ticket: Ticket = package.ticket
    lock_and_reread(ticket)
    package.refresh_from_db()
    package.ticket = ticket
    rules.require_undecided(package)
    return ticket


def _decided(package: Package, outcome: Outcome, by: Any, at: datetime) -> Package:
    package.outcome, package.decided_by, package.decided_at = outcome, by, at
    package.save(update_fields=["outcome", "faults", "because", "because_salt", "decided_at", "decided_by"])
    return package


def drop_with_ticket(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to the end of a ticket by rejection or cancellation: a package that waits for an answer has no object any more."""
    Package.objects.filter(ticket=ticket, decided_at=None).update(outcome=Outcome.DROPPED, decided_at=line.at, decided_by=line.actor_id)
