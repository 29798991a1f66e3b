"""What an import could not take, kept beside the draft until its owner has dealt with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from requests_app.models import Dossier


class ImportReport(models.Model):
    """What did not fit when a dossier was read from a file: the place, why, and the value itself, so that nothing is lost."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="import_report")
    lines = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.dossier_id}: {len(self.lines)}"
