"""The reports of purges: what was deleted, counted, each one holding the hash of the one before it and signed by the window."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rights.triggers import written_once


class PurgeReport(models.Model):
    """One run of the purge. It says how many, never which person nor which database."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("made on"))
    envelopes = models.PositiveIntegerField(_("envelopes deleted"))
    messages = models.PositiveIntegerField(_("messages deleted"))
    expired = models.PositiveIntegerField(_("requests expired"))
    #: The canonical document (RFC 8785) that is signed, and its hash.
    document = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=88)
    signer = models.CharField(max_length=16)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("report of a purge")
        verbose_name_plural = _("reports of purges")
        ordering = ["-number"]
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="purge_report_has_its_hash")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("purge_report")]

    def __str__(self) -> str:
        return f"purge {self.number}"
