"""What this room shows on the public page of a fiche: that its results are awaited, and that those who answer for it were reminded."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils import timezone

from registry.models import Origin
from registry.outcomes.models import Reminder
from workflow.periods import paris_day


def awaited(request: HttpRequest, fiche: Any) -> dict[str, Any] | None:
    """How often, and when last, somebody was reminded of results that are overdue; None for a fiche that owes nothing."""
    if not fiche.results_are_overdue_on(paris_day(timezone.now())):
        return None
    told = Reminder.objects.filter(fiche=fiche.pk, due_on=fiche.results_due_on).aggregate(count=Count("pk"), last=Max("at"))
    return told | {"taken_over": fiche.origin == Origin.IMPORT}
