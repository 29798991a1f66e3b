"""What follows a request: the time stamp of its receipt, the reports of what was forgotten, and the counts that stay when rows go."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rights.models import Request, SignedReport
from rights.models.reports import HASH
from rights.states import Channel, Right, RoutingState
from rights.triggers import written_once


class Stamp(models.Model):
    """The word of a time-stamp authority (RFC 3161) that what a person sent existed at that instant."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="stamp")
    #: SHA-256 of the statement (`receipts.statement_of`): dates and hashes, not the code.
    imprint = models.CharField(max_length=64)
    token = models.BinaryField()
    at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("time stamp of a receipt")
        verbose_name_plural = _("time stamps of receipts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(imprint__regex=HASH), name="stamp_has_its_imprint"),
            models.CheckConstraint(condition=~Q(token=b""), name="stamp_holds_its_token"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("stamp")]

    def __str__(self) -> str:
        return f"stamp of request {self.request_id}"


class RetentionReport(SignedReport):
    """One run of what forgets: how many contacts, codes and rows; never which person nor which database."""

    contacts = models.PositiveIntegerField(_("contacts wiped"))
    codes = models.PositiveIntegerField(_("codes forgotten"))
    requests = models.PositiveIntegerField(_("requests that are only counted from now on"))

    class Meta(SignedReport.Meta):
        verbose_name = _("report of what was forgotten")
        verbose_name_plural = _("reports of what was forgotten")
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=HASH), name="retention_report_has_its_hash")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("retention_report")]

    def __str__(self) -> str:
        return f"retention {self.number}"


class Count(models.Model):
    """How many parts of requests of a month ended in which way: all that stays of them once their rows are gone."""

    month = models.DateField(_("month"))
    database = models.ForeignKey("catalogue.Database", models.PROTECT, related_name="+", verbose_name=_("database"))
    right = models.CharField(_("right"), max_length=20, choices=Right.choices)
    channel = models.CharField(_("arrived by"), max_length=10, choices=Channel.choices)
    state = models.CharField(_("state"), max_length=20, choices=RoutingState.choices)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    number = models.PositiveIntegerField(_("number"))

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("count of past requests")
        verbose_name_plural = _("counts of past requests")
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["month", "database", "right", "channel", "state", "reason"], name="count_once_per_kind"),
            models.CheckConstraint(condition=Q(month__day=1), name="count_is_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.right} {self.state}: {self.number}"
