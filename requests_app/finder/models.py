"""The tables of the procedure finder, and the answers with which a dossier was begun, kept as evidence."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier


class FinderTable(models.Model):
    """The questions and outcomes of the finder as they stood in one version; a later version never changes it."""

    version = models.CharField(_("version"), max_length=40, unique=True)
    definition = models.JSONField(_("definition"))
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version"]
        # Of a table loaded anew only the instant differs: what it says never changes.
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="finder_table_is_frozen", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("version", "definition")
            )
        ]

    def __str__(self) -> str:
        return self.version


class Orientation(models.Model):
    """The answers that led to a dossier's procedure: who gave them, when, under which table, and what they concluded."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="orientation")
    table = models.ForeignKey(FinderTable, models.PROTECT, related_name="+")
    answers = models.JSONField()
    outcome = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="orientation_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.outcome}"

    def conclusion(self) -> Any:
        """What the answers concluded, read anew from the table of that day."""
        from requests_app.finder.finding import Table

        return Table(self.table.definition).conclude(self.answers)
