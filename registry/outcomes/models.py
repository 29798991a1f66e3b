"""Which projects were reminded of their results: one row for each step of the calendar, so that none is written about twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import Fiche


class Reminder(models.Model):
    """That those who answer for a project were written to, at one step before or after the day on which its results are due."""

    fiche = models.ForeignKey(Fiche, models.PROTECT, related_name="reminders")
    #: The day on which the results were due when the letter was written: another day begins the steps anew.
    due_on = models.DateField(_("results due on"))
    step = models.CharField(max_length=20)
    at = models.DateTimeField()
    letters = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["fiche", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["fiche", "due_on", "step"], name="reminder_once_per_step"),
            models.CheckConstraint(condition=Q(letters__gte=1), name="reminder_was_written_to_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.fiche_id}: {self.step}"
