"""What the outbox makes of an issued quote: its file, in both languages, each made once."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone, translation

from accounts.models import User
from fees.quotes.documents.drawing import pdf_of_quote
from fees.quotes.models import Quote, QuotePaper
from workflow.engine import record
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import handler, queue, still_there

LANGUAGES = ("fr", "en")


def make_papers(quote: Quote, line: JournalLine) -> None:
    """Reaction to `issue`: the file is made in the background."""
    for language in LANGUAGES:
        queue("quote_paper", f"quote_paper:{quote.pk}:{language}", quote=quote.pk, language=language)


@handler("quote_paper")
def deliver_paper(message: OutboxMessage) -> None:
    """Make the file in one language, unless it is there."""
    quote: Quote = still_there(Quote.objects.for_reading(), pk=message.payload["quote"])
    language = message.payload["language"]
    if not quote.papers.filter(language=language).exists():
        make_paper(quote, language, by=User.objects.system(), at=timezone.now())


def make_paper(quote: Quote, language: str, *, by: Any, at: Any) -> QuotePaper:
    """Set the file of an issued quote in a language and keep it. Raises NotAllowed, CannotPrint."""
    with translation.override(language):
        made = pdf_of_quote(quote)
    paper = QuotePaper(quote=quote, language=language, sha256=hashlib.sha256(made).hexdigest(), made_at=at)
    paper.file.save(f"{quote.number}.pdf", ContentFile(made), save=False)
    paper.save()
    record(quote, "make_document", by=by, at=at, facts={"language": language, "pdf_sha256": paper.sha256})
    return paper
