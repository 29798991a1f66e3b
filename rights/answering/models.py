"""The alerts on what runs late: each is told once, and counted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rights.models import Routing
from rights.triggers import written_once


class Stage(models.TextChoices):
    """How far the legal month has gone."""

    UNOPENED = "unopened", pgettext_lazy("alert", "Not opened after three days")
    MIDDLE = "middle", pgettext_lazy("alert", "Fifteen days")
    EXTENSION = "extension", pgettext_lazy("alert", "Last days to announce an extension")
    LAST = "last", pgettext_lazy("alert", "Last days")
    OVERDUE = "overdue", pgettext_lazy("alert", "Time limit passed")


class Alert(models.Model):
    """One alert on one request at one controller; an extended time limit has its own."""

    routing = models.ForeignKey(Routing, models.PROTECT, related_name="alerts")
    stage = models.CharField(_("alert"), max_length=12, choices=Stage.choices)
    #: Of the extended time limit?
    extended = models.BooleanField(default=False)
    due_on = models.DateField()
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["routing", "stage", "extended"], name="alert_told_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="alert_stage_is_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["stage", "at"], name="alert_counted")]
        triggers: ClassVar[list[Any]] = [*written_once("alert")]

    def __str__(self) -> str:
        return f"{self.routing_id} {self.stage}"
