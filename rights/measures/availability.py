"""Does the form work? How many of its pages came, ended in an error of the server, or had to wait; nothing of who asked for them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import Error
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rights.measures import steps
from rights.measures.models import StepCount

log = logging.getLogger("guichet.rights")
FORM = "/droits/demande/"
#: What is counted beside the pages of the form by name: all of them, with those that failed, and those that had to wait.
PAGE, WAITED = "page", "waited"
#: Addresses that are no page of the form, or were asked for in a way that it does not know.
_NO_PAGE = frozenset({404, 405})
#: Of fewer pages no share is told.
LEAST = 100


class FormHealthMiddleware:
    """Count what became of each page of the form. A count that fails fails alone."""

    def __init__(self, next_layer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.next_layer = next_layer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.next_layer(request)
        if request.path_info.startswith(FORM) and answer.status_code not in _NO_PAGE:
            try:
                _count(answer.status_code)
            except Error:
                log.warning("form_health_not_counted")
        return answer


def _count(status: int) -> None:
    now = timezone.now()
    steps.count(PAGE, now, int(status >= 500))
    if status == 429:
        steps.count(WAITED, now, 0)


def health_in(month: date) -> dict[str, Any]:
    """The pages of the form in a month, rounded down to ten, and the shares in hundredths that failed or had to wait."""
    rows = StepCount.objects.filter(day__year=month.year, day__month=month.month, step__in=[PAGE, WAITED]).order_by()
    found = {row["step"]: row for row in rows.values("step").annotate(well=Sum("shown"), failed=Sum("refused"))}
    failed = found[PAGE]["failed"] if PAGE in found else 0
    pages = failed + (found[PAGE]["well"] if PAGE in found else 0)
    waited = found[WAITED]["well"] if WAITED in found else 0
    told = {"pages": pages // 10 * 10}
    return told | {
        name: round(100 * part / pages, 1) if pages >= LEAST else None for name, part in (("failed", failed), ("waited", waited))
    }
