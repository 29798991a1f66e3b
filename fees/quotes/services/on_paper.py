"""A payer without an account accepts on paper: one person records the signed scan, another compares it with the quote."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.quotes import rules
from fees.quotes.models import PaperAcceptance, Quote, QuotePayer
from fees.quotes.services.deciding import locked, make_room
from files.checks import inspect
from files.quarantine import admit, first_state
from requests_app.pieces import deleted_on_failure
from requests_app.signatures import Signature
from workflow.engine import record
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState
from workflow.seals import text_digest


@dataclass(frozen=True)
class Signed:
    """What the paper says: who signed, in which function, on which day."""

    by: str
    function: str
    on: date


def record_paper(payer: QuotePayer, told: Signed, upload: Any, *, by: Any, at: datetime) -> PaperAcceptance:
    """Keep the scan of a quote that a payer signed by hand; nothing is accepted yet. Raises NotAllowed, WrongState, RuleBroken."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        dossier, quote = locked(payer.quote)
        payer = QuotePayer.objects.get(pk=payer.pk)
        rules.require_alive(dossier)
        rules.require_paper(quote, payer, told.on, paris_day(at))
        if PaperAcceptance.objects.awaiting().filter(payer=payer).exists():
            raise WrongState(_("A signed paper of this payer awaits its check already."))
        columns = inspect(upload).columns()
        paper = PaperAcceptance(payer=payer, added_at=at, added_by=by, scan_state=first_state(), **columns)
        paper.signed_by, paper.function, paper.signed_on = told.by.strip()[:120], told.function.strip()[:120], told.on
        paper.file.save(paper.storage_name, upload, save=False)
        kept.append(paper)
        paper.save()
        admit(paper)
        facts = {"payer": payer.pk, "paper": paper.pk, "paper_sha256": paper.sha256, "signed_on": told.on}
        record(quote, "record_paper", by=by, at=at, facts=facts)
        return paper


@transaction.atomic
def confirm_paper(paper: PaperAcceptance, *, by: Any, at: datetime, signed: Signature | None) -> JournalLine:
    """Say that the paper was compared with the quote: the payer has accepted; with the last of them the quote is accepted.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    dossier, quote, paper = _held(paper)
    rules.require_alive(dossier)
    rules.require_another(paper.added_by_id, by)
    rules.require_paper(quote, paper.payer, paper.signed_on, paris_day(at))
    if paper.is_locked:
        raise WrongState(_("The scan is not free of viruses, or was not scanned yet."))
    device = rules.require_signed(by, signed, quote.snapshot_sha256)
    if signed is None or signed.read.get(rules.PAPER) != paper.sha256:
        raise RuleBroken(Broken(_("The paper is not the one that you read: open it again, then confirm."), where="signature"))
    paper.confirmed_at, paper.confirmed_by = at, by
    paper.save(update_fields=["confirmed_at", "confirmed_by"])
    payer = paper.payer
    payer.accepted_at, payer.accepted_by = at, by
    payer.save(update_fields=["accepted_at", "accepted_by"])
    told = {"paper": paper.pk, "paper_sha256": paper.sha256}
    if quote.payers.filter(accepted_at=None).exists():
        return record(quote, "accept_part_on_paper", by=by, at=at, facts=told | {"payers": [payer.pk], "second_factor": device})
    make_room(dossier, quote, at)
    return quote.accept_on_paper(by=by, at=at, signed=signed, paper=paper.pk, paper_sha256=paper.sha256)


@transaction.atomic
def discard_paper(paper: PaperAcceptance, because: str, *, by: Any, at: datetime) -> JournalLine:
    """Set a signed paper aside that proves nothing, with the reason; another one may come. Raises NotAllowed, WrongState, RuleBroken."""
    _dossier, quote, paper = _held(paper)
    words = rules.require_said(because, _("Say why the paper is discarded."))[:1000]
    paper.discarded_at, paper.discarded_by, paper.words, paper.salt = at, by, words, secrets.token_hex(16)
    paper.save(update_fields=["discarded_at", "discarded_by", "words", "salt"])
    told = {"paper": paper.pk, "text_sha256": text_digest(paper.salt, words)}
    return record(quote, "discard_paper", by=by, at=at, facts=told)


def _held(paper: PaperAcceptance) -> tuple[Any, Quote, PaperAcceptance]:
    """The dossier, the quote and the paper, each behind its lock; raises WrongState once the paper was checked or discarded."""
    dossier, quote = locked(Quote.objects.get(pk=paper.payer.quote_id))
    held = PaperAcceptance.objects.select_for_update(of=("self",)).select_related("payer").get(pk=paper.pk)
    if not held.is_awaiting:
        raise WrongState(_("This paper was checked or discarded already."))
    return dossier, quote, held
