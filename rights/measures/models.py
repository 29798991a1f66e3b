"""What is counted: the pages of the form day by day, and each month once it is over, as it was published."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from rights.triggers import written_once


class StepCount(models.Model):
    """How often a page of the form was reached on a day; in several rows, so that nobody waits for another visitor."""

    day = models.DateField()
    step = models.CharField(max_length=12)
    shard = models.PositiveSmallIntegerField()
    shown = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["day", "step", "shard"]
        constraints = [models.UniqueConstraint(fields=["day", "step", "shard"], name="step_count_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.step}"


class Month(models.Model):
    """The figures of one month, masked as they were published. Written once: they never change."""

    month = models.DateField(unique=True)
    closed_at = models.DateTimeField()
    #: Every figure of the month (`document.py`); what is masked stands nowhere.
    document = models.JSONField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["-month"]
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="measured_month_begins_on_its_first")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("measured_month")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The month as addresses and files name it: YYYY-MM."""
        return f"{self.month:%Y-%m}"
