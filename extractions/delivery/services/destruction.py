"""What was received is destroyed: its recipient says so, and somebody else has checked it before the dossier is certified."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.delivery.models import Destruction, DestructionProof, Package
from extractions.delivery.rules import require_nobody
from extractions.rules import require_said
from files.checks import inspect
from files.kinds import PDF
from files.quarantine import admit, first_state
from requests_app.models import Dossier
from requests_app.pieces import deleted_on_failure
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest


def state(package: Package, on: date, words: str, *, by: Any, at: datetime, paper: Any = None) -> Destruction:
    """Say that the data of a package are destroyed, with every copy; a PDF may prove it. Raises NotAllowed, RuleBroken, WrongState."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        row = _stated(package, on, words, by=by, at=at)
        proof = _proved(row, paper, kept, at=at) if paper else None
        facts = {"destruction": row.pk, "package": package.pk, "on": on, "text_sha256": text_digest(row.salt, row.words)}
        facts |= {"proof": proof.pk, "proof_sha256": proof.sha256} if proof else {}
        record(package.ticket, "state_destruction", by=by, at=at, facts=facts)
        return row


def _proved(row: Destruction, upload: Any, kept: list[Any], *, at: datetime) -> DestructionProof:
    """The paper as it is kept: checked now, and in quarantine until it was scanned."""
    found = inspect(upload)
    if found.content_type != PDF:
        raise RuleBroken(Broken(_("Send the paper as a PDF."), where="paper"))
    proof = DestructionProof(destruction=row, added_at=at, scan_state=first_state(), **found.columns())
    proof.file.save(proof.storage_name, upload, save=False)
    kept.append(proof)
    proof.save()
    admit(proof)
    return proof


def _stated(package: Package, on: date, words: str, *, by: Any, at: datetime) -> Destruction:
    lock_and_reread(package.ticket)
    if not package.is_held:
        raise WrongState(_("This package awaits its answer: there is nothing to state yet."))
    if standing_of(package) is not None:
        raise WrongState(_("The destruction of this package is stated already."))
    said = require_nobody(require_said(words, _("Say how the data were destroyed, and which copies."), "words"), "words")
    received = paris_day(package.announced_at)
    if not received <= on <= paris_day(at):
        raise RuleBroken(Broken(_("The destruction comes after the delivery, and not later than today."), where="destroyed_on"))
    salt = secrets.token_hex(16)
    row: Destruction = Destruction.objects.create(package=package, destroyed_on=on, words=said, salt=salt, stated_at=at, stated_by=by)
    return row


@transaction.atomic
def check(row: Destruction, *, confirmed: bool, because: str, by: Any, at: datetime) -> None:
    """Confirm what the recipient stated, or send it back with a reason. Raises NotAllowed, RuleBroken, WrongState."""
    ticket = row.package.ticket
    lock_and_reread(ticket)
    row.refresh_from_db(fields=["checked_at", "is_confirmed"])
    if row.checked_at is not None:
        raise WrongState(_("This statement was checked meanwhile."))
    if by.pk == row.stated_by_id:  # of a holder that is the applicant, one person may stand on both sides
        raise NotAllowed(_("You have recorded this yourself: somebody else checks it."))
    if confirmed and row.paper is not None and row.paper.is_locked:
        raise RuleBroken(Broken(_("The paper was not scanned yet, or is not free of viruses: it cannot be confirmed."), where="verdict"))
    said = "" if confirmed else require_nobody(require_said(because, _("Say what lacks.")), "because")
    row.is_confirmed, row.because, row.checked_at, row.checked_by = confirmed, said, at, by
    facts = {"destruction": row.pk, "confirmed": confirmed, "text_sha256": text_digest(row.salt, said) if said else None}
    record(ticket, "check_destruction", by=by, at=at, facts=facts)
    row.save(update_fields=["is_confirmed", "because", "checked_at", "checked_by"])


def standing_of(package: Package) -> Destruction | None:
    """What is stated of a package and was not sent back."""
    found: Destruction | None = Destruction.objects.filter(package=package).exclude(is_confirmed=False).first()
    return found


def undestroyed(dossier: Dossier) -> Any:
    """The packages of a dossier that were sent, refused ones too, and of which nobody has confirmed the destruction."""
    done = Destruction.objects.filter(is_confirmed=True).values("package")
    return Package.objects.held().filter(ticket__dossier=dossier).exclude(pk__in=done)


def missing_destruction(dossier: Any) -> Iterable[Broken]:
    """What keeps the destruction of a dossier's data from being certified: packages that nobody has confirmed."""
    for number, package in undestroyed(dossier).order_by("pk").values_list("ticket__number", "number")[:5]:
        told = {"package": package, "number": number}
        sentence = _("The destruction of package %(package)s of ticket %(number)s is not stated and confirmed yet.") % told
        yield Broken(sentence, "RGPD, art. 5, 1, e")
