"""The file for the CNIL with its slip, and the attestation of a tacit authorisation: made in the background, stored, sealed."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from files.printing import CannotPrint, pdf_of
from requests_app.cnil.enclosures import enclosed_with
from requests_app.cnil.models import Attestation, PaperKind, Transmission
from requests_app.cnil.services import next_number
from requests_app.exports.archive import Archive, Enclosed
from requests_app.exports.document import pieces_of
from requests_app.models import Dossier
from ui.words import day_in_words
from workflow import clocks
from workflow.engine import lock_and_reread, record
from workflow.models import Clock, JournalLine
from workflow.periods import paris_day


@transaction.atomic
def pack(transmission: Transmission, *, at: datetime) -> None:
    """Make the slip and the file of a transmission, and seal both; where pages cannot be set, say so on the page instead.

    Nothing is locked while the files are made; then the dossier before its transmission, as `services.note_receipt` does.
    """
    held = Transmission.objects.select_related("line").get(pk=transmission.pk)
    if not held.is_under_way:
        return
    dossier = Dossier.objects.for_page().get(pk=held.dossier_id)
    former = [file.name for file in (held.slip, held.package) if file]
    with translation.override(settings.LANGUAGE_CODE):
        try:
            _write(held, dossier, at)
        except CannotPrint as refusal:
            Transmission.objects.filter(pk=held.pk).update(failed_because=str(refusal))
            return
    lock_and_reread(dossier)
    if not Transmission.objects.select_for_update(of=("self",)).get(pk=held.pk).is_under_way:  # another worker was faster
        for file in (held.slip, held.package):
            file.delete(save=False)
        return
    held.packed_at = at
    held.save(update_fields=["slip", "slip_sha256", "package", "package_size", "package_sha256", "manifest", "packed_at"])
    for name in former:
        transaction.on_commit(partial(held.package.storage.delete, name or ""))
    facts = {"transmission": held.pk, "paper_number": held.number, "sha256": held.package_sha256, "slip_sha256": held.slip_sha256}
    record(dossier, "pack_for_cnil", by=User.objects.system(), at=at, facts=facts)


def _write(held: Transmission, dossier: Dossier, at: datetime) -> None:
    enclosed = enclosed_with(dossier)
    slip = pdf_of("cnil/slip_paper.html", slip_shown(held, dossier, [one.name for one in enclosed]))
    with_slip = [Enclosed(f"{held.number}.pdf", [slip]), *enclosed]
    archive = Archive(dossier, at, enclosed=with_slip, about={"transmission": held.number})
    with tempfile.TemporaryFile() as file:
        digest = hashlib.sha256()
        for chunk in archive.stream():
            digest.update(chunk)
            file.write(chunk)
        held.package_size = file.tell()
        held.package.save("package.zip", File(file), save=False)
    held.package_sha256, held.manifest = digest.hexdigest(), archive.manifest()
    held.slip.save("slip.pdf", ContentFile(slip), save=False)
    held.slip_sha256 = hashlib.sha256(slip).hexdigest()


def slip_shown(held: Transmission, dossier: Dossier, enclosed: list[str]) -> dict[str, Any]:
    """What the slip says: who sends which dossier, when, and what the file holds."""
    asked = (
        dossier.acts.filter(action="cnil_finds_incomplete").order_by("at", "pk").last() if held.kind != Transmission.Kind.FIRST else None
    )
    facts = [
        (_("Reference"), dossier.reference),
        (_("Procedure"), str(dossier.get_procedure_display())),
        (_("Controller"), str(dossier.content.controller or "")),
        (_("Number of the request at the CNIL"), dossier.cnil_request),
        (_("Transmitted on"), day_in_words(held.line.at)),
        (_("Opinion of the committee"), _opinion(dossier)),
        (_("In answer to the request of"), day_in_words(asked.on or asked.at) if asked else ""),
    ]
    return {
        "number": held.number,
        "kind": held.get_kind_display(),
        "dossier": dossier,
        "facts": [(label, value) for label, value in facts if value],
        "pieces": [(str(one.get_kind_display()), one.name, one.sha256) for one in pieces_of(dossier) if not one.is_locked],
        "enclosed": [f"{dossier.reference}.pdf", f"{dossier.reference}.json", *enclosed],
        "operator": settings.OPERATOR_NAME,
    }


def _opinion(dossier: Dossier) -> str:
    if not dossier.opinion_at:
        return ""
    return f"{dossier.get_opinion_display()} – {day_in_words(dossier.opinion_at)}"  # type: ignore[attr-defined]


@transaction.atomic
def attest(dossier: Dossier, line: JournalLine, *, at: datetime) -> Attestation:
    """Make the attestation that the CNIL's silence authorised a project; asked for twice, it is made once. Raises CannotPrint."""
    lock_and_reread(dossier)
    made = Attestation.objects.filter(line=line).first()
    if made:
        return made
    number = next_number(PaperKind.ATTESTATION, at)
    with translation.override(settings.LANGUAGE_CODE):
        printed = pdf_of("cnil/attestation_paper.html", attestation_shown(dossier, number, at))
    made = Attestation(dossier=dossier, line=line, number=number, sha256=hashlib.sha256(printed).hexdigest(), made_at=at)
    made.file.save("attestation.pdf", ContentFile(printed), save=False)
    made.save()
    record(dossier, "attest_silence", by=User.objects.system(), at=at, facts={"paper_number": number, "sha256": made.sha256})
    return made


def attestation_shown(dossier: Dossier, number: str, at: datetime) -> dict[str, Any]:
    """What the attestation says: when the CNIL had the complete file, when its period ended, and what that means."""
    clock: Clock | None = clocks.of(dossier).filter(code="K-CNIL").last()
    return {
        "number": number,
        "dossier": dossier,
        "received_on": day_in_words(clock.started_at) if clock else "",
        "ended_on": day_in_words(clock.due_on) if clock else "",
        "was_extended": bool(clock and clock.extended_at),
        "authorised_on": day_in_words(dossier.authorised_on) if dossier.authorised_on else "",
        "opinion": _opinion(dossier),
        "made_on": day_in_words(paris_day(at)),
        "operator": settings.OPERATOR_NAME,
    }
