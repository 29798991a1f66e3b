"""Signatures by hand: one person records the scan, another compares it with the document, or discards it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.rules import require_said
from contracts.signing import rules
from contracts.signing.models import Signatory, SignatureRequest, SignedScan
from contracts.signing.services.chaining import note
from contracts.signing.services.signing import held, settle
from contracts.signing.states import Happening, Method
from files.checks import inspect
from files.kinds import PDF
from files.quarantine import admit, first_state
from requests_app.pieces import deleted_on_failure
from requests_app.signatures import Signature
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

#: Under which name the fingerprint of the scan travels with the signature of who checks it.
SCAN = "scan"


@dataclass(frozen=True)
class Page:
    """What the paper says: who signed, in which function, on which day."""

    by: str
    function: str
    on: date


def add_scan(signatory: Signatory, page: Page, upload: Any, *, by: Any, at: datetime) -> SignedScan:
    """Keep the scan of what somebody signed by hand; it counts for nothing yet. Raises NotAllowed, WrongState, RuleBroken."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        request, signatory, at = held(signatory, at)
        rules.require_open(request, at)
        rules.require_turn(signatory)
        rules.require_day_of_paper(request, page.on, paris_day(at))
        if signatory.method != Method.WET_INK:
            raise WrongState(_("This signature is not given on paper."))
        if signatory.scans.awaiting().exists():
            raise WrongState(_("A scan of this signature awaits its check already."))
        found = inspect(upload)
        if found.content_type != PDF:
            raise RuleBroken(Broken(_("A scan is a PDF: what can still be written in proves no signature."), where="file"))
        scan = SignedScan(signatory=signatory, added_at=at, added_by=by, scan_state=first_state(), **found.columns())
        scan.signed_by, scan.function, scan.signed_on = page.by.strip()[:200], page.function.strip()[:200], page.on
        scan.file.save(scan.storage_name, upload, save=False)
        kept.append(scan)
        scan.save()
        admit(scan)
        told = {"scan": scan.pk, "scan_sha256": scan.sha256, "signed_on": scan.signed_on.isoformat()}
        record(request, "add_scan", by=by, at=at, facts={"signatory": signatory.pk} | told)
        note(request, Happening.SCAN_ADDED, by=by, at=at, signatory=signatory, **told)
        return scan


@transaction.atomic
def check_scan(scan: SignedScan, *, by: Any, at: datetime, signed: Signature | None) -> None:
    """Say that the scan was compared with the document: the party has signed. Raises NotAllowed, WrongState, RuleBroken."""
    request, signatory, scan, at = _held(scan, at)
    rules.require_open(request, at)
    rules.require_turn(signatory)
    rules.require_another(scan.added_by_id, by)
    if scan.is_locked:
        raise WrongState(_("The scan is not free of viruses, or was not scanned yet."))
    device = rules.require_signed(by, signed, request.document_sha256)
    if signed is None or signed.read.get(SCAN) != scan.sha256:
        raise RuleBroken(Broken(_("The scan is not the one that you read: open it again, then confirm."), where="signature"))
    scan.confirmed_at, scan.confirmed_by = at, by
    scan.save(update_fields=["confirmed_at", "confirmed_by"])
    told = {"scan": scan.pk, "scan_sha256": scan.sha256, "signed_on": scan.signed_on.isoformat(), "second_factor": device}
    record(request, "check_scan", by=by, at=at, facts={"signatory": signatory.pk} | told)
    settle(request, signatory, Happening.SCAN_CHECKED, told, by=by, at=at)


@transaction.atomic
def discard_scan(scan: SignedScan, because: str, *, by: Any, at: datetime) -> None:
    """Set a scan aside that proves nothing, with the reason; another one may come. Raises NotAllowed, WrongState, RuleBroken."""
    request, signatory, scan, at = _held(scan, at)
    scan.words = require_said(because, _("Say why the scan is discarded."))[:1000]
    scan.discarded_at, scan.discarded_by = at, by
    scan.save(update_fields=["discarded_at", "discarded_by", "words"])
    record(request, "discard_scan", by=by, at=at, facts={"signatory": signatory.pk, "scan": scan.pk})
    note(request, Happening.SCAN_DISCARDED, by=by, at=at, signatory=signatory, scan=scan.pk)


def _held(scan: SignedScan, at: datetime) -> tuple[SignatureRequest, Signatory, SignedScan, datetime]:
    request, signatory, at = held(scan.signatory, at)
    again = SignedScan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
    if not again.is_awaiting:
        raise WrongState(_("This scan was checked or discarded already."))
    return request, signatory, again, at
