"""Who is reminded of results: the projects whose day nears or has passed, once for each step of the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import Fiche, Origin
from registry.outcomes import notifications
from registry.outcomes.models import Reminder
from registry.outcomes.steps import step_on, steps
from workflow.periods import paris_day

#: Those of a dossier or of a declaration have somebody to write to; the former register gives nobody.
REACHABLE = (Origin.DOSSIER, Origin.DECLARATION)


def awaited(today: date) -> QuerySet[Fiche]:
    """The public fiches whose results are due within the time of the first step, or overdue, and not yet reminded at the last step."""
    last = Reminder.objects.filter(fiche=OuterRef("pk"), due_on=OuterRef("results_due_on"), step=steps()[-1].code)
    ahead = today - timedelta(days=steps()[0].days)
    owing = Q(live=True, origin__in=REACHABLE, results_on=None, results_due_on__lte=ahead)
    return Fiche.objects.filter(owing).exclude(Exists(last)).order_by("pk")


def remind(at: datetime) -> int:
    """Write to those who owe results, each in its own transaction; the answer is how many projects were written about."""
    today = paris_day(at)
    return sum(remind_one(pk, at) for pk in list(awaited(today).values_list("pk", flat=True)))


@transaction.atomic
def remind_one(pk: int, at: datetime) -> bool:
    """Write about one project if a step has come since the last letter; whether it was written about.

    The row is locked and read again: results may have been published meanwhile. A project whose people are all gone is not counted as
    reminded; the list of the secretariat shows it.
    """
    fiche = awaited(paris_day(at)).select_for_update(of=("self",)).filter(pk=pk).first()
    if fiche is None or fiche.results_due_on is None:
        return False
    step = step_on(fiche.results_due_on, paris_day(at))
    if step is None or Reminder.objects.filter(fiche=fiche, due_on=fiche.results_due_on, step=step.code).exists():
        return False
    letters = notifications.remind(fiche, step.code)
    if letters:
        Reminder.objects.create(fiche=fiche, due_on=fiche.results_due_on, step=step.code, at=at, letters=letters)
    return letters > 0
