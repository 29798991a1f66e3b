"""What the outbox makes of an issued document: its file in both languages, each once; then it counts as sent and people are written to."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from fees.invoices.documents.drawing import pdf_of_invoice
from fees.invoices.models import Invoice, InvoicePaper
from fees.invoices.states import InvoiceState
from requests_app.searchable import changed
from workflow.engine import record
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import handler, queue, still_there

#: The French one is the document; the English one is its translation.
LANGUAGES = ("fr", "en")


def make_papers(invoice: Invoice, line: JournalLine) -> None:
    """Reaction to `issue` and `credit`: the file is made in the background."""
    for language in LANGUAGES:
        queue("invoice_paper", f"invoice_paper:{invoice.pk}:{language}", invoice=invoice.pk, language=language)


@handler("invoice_paper")
def deliver_paper(message: OutboxMessage) -> None:
    """Make the file in one language, unless it is there; with the French one the document is sent."""
    invoice: Invoice = still_there(Invoice.objects.for_reading(), pk=message.payload["invoice"])
    language, now, system = message.payload["language"], timezone.now(), User.objects.system()
    if not invoice.papers.filter(language=language).exists():
        make_paper(invoice, language, by=system, at=now)
    if language == LANGUAGES[0] and invoice.state == InvoiceState.ISSUED:
        invoice.send(by=system, at=now)
        changed("invoice", invoice.pk, "sent")


@transaction.atomic
def make_paper(invoice: Invoice, language: str, *, by: Any, at: Any) -> InvoicePaper:
    """Set the file of an issued document in a language and keep it. Raises NotAllowed, CannotPrint."""
    with translation.override(language):
        made, xml = pdf_of_invoice(invoice)
    digest, data = hashlib.sha256(made).hexdigest(), hashlib.sha256(xml).hexdigest()
    paper = InvoicePaper(invoice=invoice, language=language, sha256=digest, xml_sha256=data, made_at=at)
    paper.file.save(f"{invoice.number}.pdf", ContentFile(made), save=False)
    paper.save()
    record(invoice, "make_document", by=by, at=at, facts={"language": language, "pdf_sha256": digest, "xml_sha256": data})
    return paper
