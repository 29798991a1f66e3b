"""The reports of purges: what was deleted, counted, each one holding the hash of the one before it and signed by the window."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rights.models.reports import HASH, SignedReport
from rights.triggers import written_once


class PurgeReport(SignedReport):
    """One run of the purge. It says how many, never which person nor which database."""

    envelopes = models.PositiveIntegerField(_("envelopes deleted"))
    messages = models.PositiveIntegerField(_("messages deleted"))
    expired = models.PositiveIntegerField(_("requests expired"))

    class Meta(SignedReport.Meta):
        verbose_name = _("report of a purge")
        verbose_name_plural = _("reports of purges")
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=HASH), name="purge_report_has_its_hash")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("purge_report")]

    def __str__(self) -> str:
        return f"purge {self.number}"
