"""A counterparty's file is read and shown; what it changes becomes proposals once who sent it says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from contracts.drafting.agreed import ADDED
from contracts.models import Convention, ConventionVersion
from contracts.negotiating.models import Proposal, ReceivedText
from contracts.negotiating.queries import clauses_of, next_added
from contracts.negotiating.services.proposing import digest_of, keep_proposal, negotiated
from contracts.negotiating.states import ProposalKind
from contracts.text.difference import ArticleChange, Change, difference
from contracts.text.document import Article, Negotiable, write
from contracts.text.errors import BadDocument
from contracts.text.limits import trespasses
from contracts.text.reading import Reading, read_docx
from files.checks import inspect
from files.quarantine import admit, first_state
from files.refused import FileRefused, Reason
from requests_app.pieces import deleted_on_failure
from workflow.engine import record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState


@dataclass(frozen=True)
class Finding:
    """One clause that a received text changes: how, what would be proposed, and how far it goes beyond what may be negotiated."""

    change: ArticleChange
    kind: str
    beyond: str = ""


def receive(
    convention: Convention, version: ConventionVersion, upload: Any, *, by: Any, at: datetime, party: Organisation | None = None
) -> ReceivedText:
    """Keep a file that answers to a version, and what is read in it; nothing is proposed yet. Raises NotAllowed, WrongState, RuleBroken."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        negotiated(convention)
        columns = inspect(upload).columns()
        reading, content = _read(upload, version)
        _require_new(version, columns["sha256"])
        received = ReceivedText(
            convention=convention, version=version, party=party, by=by, added_at=at, scan_state=first_state(), **columns
        )
        received.content = content
        told = {"added": reading.added_outside, "gone": reading.gone_outside, "aside": reading.aside}
        received.outside = {name: list(lines) for name, lines in told.items()}
        received.file.save(received.storage_name, upload, save=False)
        kept.append(received)
        received.save()
        admit(received)
        facts = {"received": received.pk, "sha256": received.sha256, "version": version.number, "clauses": len(findings_of(received))}
        record(convention, "import_text", by=by, at=at, facts=facts)
        return received


def _read(upload: Any, version: ConventionVersion) -> tuple[Reading, str]:
    """What the file says, and its canonical text. Raises FileRefused, RuleBroken."""
    upload.seek(0)
    reading = read_docx(upload.read(), version.document, clauses_of(version.document.articles))
    upload.seek(0)
    try:
        return reading, write(reading.document)
    except BadDocument as bad:
        raise FileRefused(Reason.DAMAGED) from bad


def _require_new(version: ConventionVersion, sha256: str) -> None:
    if ReceivedText.objects.filter(version=version, sha256=sha256, taken_at__isnull=False).exists():
        raise RuleBroken(Broken(_("This very file was taken in already: its changes stand among the proposals."), where="file"))


def findings_of(received: ReceivedText) -> list[Finding]:
    """What a received text changes, clause by clause, in its order; a clause that merely moved is none."""
    before, after = received.version.document, received.document
    beyond = {one.code: one.why.value for one in trespasses(before, after, clauses_of(before.articles))}
    return [Finding(one, _kind(one), beyond.get(one.code, "")) for one in difference(before, after) if one.kind is not Change.SAME]


def moved_in(received: ReceivedText) -> list[Article]:
    """The clauses whose order alone differs: an order is not taken over."""
    return [one.article for one in difference(received.version.document, received.document) if one.moved]


def _kind(change: ArticleChange) -> str:
    if change.kind is Change.ADDED:
        return ProposalKind.ADD
    if change.after is None or not change.after.blocks:
        return ProposalKind.REMOVE
    return ProposalKind.PARAMETERS if change.article.negotiable is Negotiable.PARAMETERS else ProposalKind.REWRITE


@transaction.atomic
def take(received: ReceivedText, *, by: Any, at: datetime) -> list[Proposal]:
    """Make every change of a received text a proposal; a changed locked clause becomes one that can only be rejected.

    Raises NotAllowed for who has not sent it, WrongState, and RuleBroken where nothing is changed.
    """
    convention = received.convention
    negotiated(convention)
    held = ReceivedText.objects.select_for_update(of=("self",)).select_related("version", "party").get(pk=received.pk)
    _require_takeable(held, by)
    findings = findings_of(held)
    if not findings:
        raise RuleBroken(Broken(_("This text says the same as the version that was sent: there is nothing to propose.")))
    made = [_made(convention, held, finding, codes, at) for finding, codes in _coded(convention, held, findings)]
    held.taken_at = at
    held.save(update_fields=["taken_at"])
    facts = {"received": held.pk, "proposals": [one.pk for one in made], "texts": [digest_of(one) for one in made]}
    record(convention, "propose", by=by, at=at, facts=facts)
    return made


def _require_takeable(received: ReceivedText, by: Any) -> None:
    if received.by_id != by.pk:
        raise NotAllowed(_("Only who has sent this file makes proposals of it."))
    if received.taken_at is not None:
        raise WrongState(_("The changes of this file are proposals already."))
    if received.is_locked:
        raise WrongState(_("This file is not free of viruses, or was not scanned yet: come back in a moment."))


def _coded(convention: Convention, received: ReceivedText, findings: list[Finding]) -> Iterator[tuple[Finding, tuple[str, str]]]:
    """Each finding with the code of its clause, and of the one before it; new clauses get codes that nothing has used."""
    latest = convention.latest()
    number = next_added(convention, latest.document if latest else received.version.document)
    codes: dict[str, str] = {}
    for finding in findings:
        if finding.kind == ProposalKind.ADD:
            codes[finding.change.code], number = f"{ADDED}{number}", number + 1
    order = ["", *(codes.get(one.code, one.code) for one in received.document.articles)]
    for finding in findings:
        code = codes.get(finding.change.code, finding.change.code)
        yield finding, (code, order[order.index(code) - 1] if finding.kind == ProposalKind.ADD else "")


def _made(convention: Convention, received: ReceivedText, finding: Finding, codes: tuple[str, str], at: datetime) -> Proposal:
    told = {"kind": finding.kind, "beyond": finding.beyond, "article_code": codes[0], "after_code": codes[1]}
    proposal = Proposal(
        convention=convention, version=received.version, received=received, party=received.party, by_id=received.by_id, at=at
    )
    for name, value in told.items():
        setattr(proposal, name, value)
    keep_proposal(proposal, None if finding.kind == ProposalKind.REMOVE else finding.change.after)
    return proposal
