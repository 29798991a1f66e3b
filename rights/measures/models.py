"""What is counted: the pages of the form day by day, complaints as they are known, and each month once it is over, as it was published."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from rights.measures.states import ComplaintSource
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


class ComplaintCount(models.Model):
    """How many complaints about requests of a month are known, and to whom they went. A line never changes: a later one takes its place."""

    month = models.DateField()
    source = models.CharField(max_length=8, choices=ComplaintSource.choices)
    number = models.PositiveIntegerField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["-month", "source", "-entered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="complaints_are_of_a_whole_month"),
            models.CheckConstraint(condition=Q(source__in=ComplaintSource.values), name="complaints_went_to_somebody_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("complaint_count")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.source} {self.number}"


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
