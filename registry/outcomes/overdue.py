"""The list of the secretariat: the projects whose results are overdue, since when, and how often they were reminded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Aggregate, Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.models import Fiche, Origin
from registry.outcomes.models import Reminder
from requests_app.desks.sheets import disarmed
from ui.pagination import page_of
from workflow.periods import paris_day

#: The lists, by how many months overdue at least.
MONTHS = (0, 3, 6, 12, 24)
ROWS = 25
SHOWN = ("number", "title", "acronym", "controller_name", "origin", "results_due_on", "ended_on", "dossier__reference", "declaration__id")
HEADINGS = (
    gettext_lazy("Fiche"),
    gettext_lazy("Title"),
    gettext_lazy("Controller"),
    gettext_lazy("Origin"),
    gettext_lazy("Dossier"),
    gettext_lazy("Ended on"),
    gettext_lazy("Results due on"),
    gettext_lazy("Whole months overdue"),
    gettext_lazy("Reminders"),
    gettext_lazy("Last reminder"),
)


@dataclass(frozen=True)
class Row:
    """One project of the list."""

    fiche: Any
    months: int

    @property
    def late(self) -> str:
        """How long the results have been overdue, in words."""
        if not self.months:
            return _("less than a month")
        return ngettext("%(count)d month", "%(count)d months", self.months) % {"count": self.months}

    @property
    def link(self) -> str:
        """Where the secretariat acts: the dossier, the declaration, or the fiche at its desk."""
        if self.fiche.dossier_id:
            return reverse("dossiers:page", args=[self.fiche.dossier.reference])
        if self.declaration:
            return reverse("editing:desk_declaration", args=[self.declaration])
        return reverse("editing:desk_fiche", args=[self.fiche.number])

    @property
    def link_label(self) -> str:
        """What the link opens."""
        if self.fiche.dossier_id:
            return str(self.fiche.dossier.reference)
        return _("The declaration") if self.declaration else _("The fiche at the desk")

    @property
    def declaration(self) -> int | None:
        """The key of the declaration that the fiche comes from, if it comes from one."""
        held = getattr(self.fiche, "declaration", None)
        return held.pk if held else None

    @property
    def is_reachable(self) -> bool:
        """Is there somebody to write to? The former register gives nobody."""
        return bool(self.fiche.dossier_id or self.declaration)


def overdue(today: date, months: int = 0) -> QuerySet[Fiche]:
    """The public fiches whose results have been overdue for so many months, the longest first, with their reminders."""
    since = today - relativedelta(months=months)
    late = Fiche.objects.live().filter(results_on=None, results_due_on__lt=since)
    told = late.select_related("dossier", "declaration").only(*SHOWN)
    reminded = Coalesce(Subquery(_reminders(Count("pk"))), 0)
    return told.annotate(reminded=reminded, reminded_at=Subquery(_reminders(Max("at")))).order_by("results_due_on", "pk")


def _reminders(told: Aggregate) -> QuerySet[Any]:
    """Something of the reminders of the fiche of the outer query, which asks for it row by row: a page of many costs its rows only."""
    return Reminder.objects.filter(fiche=OuterRef("pk")).order_by().values("fiche").annotate(told=told).values("told")


def months_asked(request: HttpRequest) -> int:
    """The list that the address names; any other text means the whole."""
    asked = request.GET.get("mois", "")
    return int(asked) if asked in {str(months) for months in MONTHS} else 0


def list_shown(request: HttpRequest) -> dict[str, Any]:
    """One of the lists, with the counts of all; a constant number of queries."""
    today, months = paris_day(timezone.now()), months_asked(request)
    page = page_of(overdue(today, months), request, ROWS)
    return {
        "lists": list(_lists(today, months)),
        "months": months,
        "page": page,
        "rows": [row_of(fiche, today) for fiche in page.object_list],
    }


def _lists(today: date, chosen: int) -> Iterator[tuple[int, str, int, bool]]:
    cuts = {f"m{months}": Count("pk", filter=Q(results_due_on__lt=today - relativedelta(months=months))) for months in MONTHS}
    counts = Fiche.objects.live().filter(results_on=None, results_due_on__lt=today).aggregate(**cuts)
    for months in MONTHS:
        label = ngettext("%(count)d month or more", "%(count)d months or more", months) % {"count": months} if months else _("All")
        yield months, label, counts[f"m{months}"], months == chosen


def row_of(fiche: Any, today: date) -> Row:
    """A fiche as the list shows it."""
    between = relativedelta(today, fiche.results_due_on)
    return Row(fiche, between.years * 12 + between.months)


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines_of(today: date, months: int) -> Iterator[str]:
    """The list as the lines of a CSV file with semicolons; formulas are disarmed."""
    out = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + out.writerow([str(heading) for heading in HEADINGS])
    for fiche in overdue(today, months).iterator(chunk_size=1000):
        yield out.writerow([disarmed(str(cell)) for cell in _cells(fiche, row_of(fiche, today))])


def _cells(fiche: Any, row: Row) -> list[Any]:
    reference = fiche.dossier.reference if fiche.dossier_id else ""
    about = [fiche.number, fiche.heading, fiche.controller_name, Origin(fiche.origin).label, reference]
    last = paris_day(fiche.reminded_at).isoformat() if fiche.reminded_at else ""
    return [*about, fiche.ended_on or "", fiche.results_due_on, row.months, fiche.reminded, last]
