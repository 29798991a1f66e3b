"""What the calendar does to quotes and estimates: reminders, files that nobody knows. That a quote expires is the clocks' business."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from fees.quotes.models import EstimateRequest, PaperAcceptance, Quote, QuotePaper
from fees.quotes.notifications import tell_expiring, tell_holder
from fees.quotes.states import BINDING, QuoteState
from files import orphans
from requests_app.models import Dossier
from workflow.periods import paris_day

#: How long before the last day of a quote those who pay are reminded.
QUOTE_BEFORE = timedelta(days=14)
#: How long before the last day of an estimate its holder is reminded.
ESTIMATE_BEFORE = timedelta(days=4)


@shared_task(name="fees.quotes.tasks.remind")
def remind() -> int:
    """Write to who has not accepted a quote that soon ends, and to holders whose estimate is due or late; the answer is how many things."""
    today = paris_day(timezone.now())
    ending = Quote.objects.for_reading().filter(
        state=QuoteState.ISSUED, purpose__in=BINDING, valid_until__gte=today, valid_until__lte=today + QUOTE_BEFORE
    )
    quotes = [quote for quote in ending.order_by("pk") if tell_expiring(quote)]
    awaited = EstimateRequest.objects.awaited().filter(due_on__lte=today + ESTIMATE_BEFORE, dossier__in=Dossier.objects.under_way())
    rows = list(awaited.order_by("pk"))
    for row in rows:
        tell_holder(row, "estimate_late" if row.due_on and row.due_on < today else "estimate_due")
    return len(quotes) + len(rows)


@shared_task(name="fees.quotes.tasks.sweep_orphan_papers")
def sweep_orphan_papers() -> int:
    """Delete the files of quotes that no row knows and that are a day old; the answer is how many."""
    return orphans.sweep_unknown(_known, "quotes", before=timezone.now() - timedelta(days=1))


def _known(paths: list[str]) -> set[str]:
    made = QuotePaper.objects.filter(file__in=paths).values_list("file", flat=True)
    return {*made, *PaperAcceptance.objects.filter(file__in=paths).values_list("file", flat=True)}
