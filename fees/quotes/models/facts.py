"""What a price rests on and no content of a dossier holds: facts that people say, and the work that was done."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fees.quotes.states import Origin
from fees.quotes.triggers import written_once
from requests_app.models import Dossier


class FactEntry(models.Model):
    """One fact of a dossier, as somebody said it on a day; the last one about a fact holds, an empty one takes it back."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="fee_facts")
    key = models.CharField(_("fact"), max_length=60)
    #: `holder` or `source`, and which of them, for a fact of one of several.
    dimension = models.CharField(max_length=20, blank=True)
    of = models.CharField(max_length=80, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    low = models.DecimalField(_("at least"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("at most"), max_digits=14, decimal_places=4, null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    reason = models.TextField(_("reason"), blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dossier", "entered_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="fact_origin_is_known"),
            models.CheckConstraint(condition=~Q(origin="assessed") | ~Q(reason=""), name="fact_settled_says_why"),
            models.CheckConstraint(condition=Q(dimension="", of="") | ~Q(dimension="") & ~Q(of=""), name="fact_dimension_is_whole"),
            models.CheckConstraint(condition=Q(low=None) | Q(high=None) | Q(high__gte=models.F("low")), name="fact_bounds_are_in_order"),
        ]
        # A row is never rewritten; it goes only with the draft of a dossier that its owner deletes.
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="fact_is_written_once", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.key}"

    @property
    def place(self) -> tuple[str, str, str]:
        """Which fact it is about."""
        return self.dimension, self.of, self.key


class WorkDone(models.Model):
    """Work that was done on a line of a grid for a dossier: what a withdrawal may charge. A negative row corrects an earlier one."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="fee_work")
    grid_code = models.CharField(max_length=40)
    line_code = models.CharField(max_length=40)
    dimension = models.CharField(max_length=80, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=4)
    done_on = models.DateField(_("done on"))
    note = models.CharField(_("what was done"), max_length=300)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dossier", "done_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="work_is_some"),
            models.CheckConstraint(condition=~Q(note=""), name="work_says_what"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("work")

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.line} {self.quantity}"

    @property
    def line(self) -> str:
        """The line, as the calculator names it."""
        return "/".join(filter(None, [self.grid_code, self.line_code, self.dimension]))
