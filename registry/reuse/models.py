"""When each fiche was last written here, and the daily snapshots of the registry: what was public on a day, in every format."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from registry.models import Fiche


class Stamp(models.Model):
    """When the registry itself last wrote a fiche: a version may carry an earlier moment, that of the act that it follows."""

    fiche = models.OneToOneField(Fiche, models.CASCADE, primary_key=True, related_name="stamp")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.at.isoformat()


class Snapshot(models.Model):
    """The whole registry as it was public on one day, at one version."""

    day = models.DateField(unique=True)
    #: The version of the registry that the files hold, and the instant at which they were read.
    state_version = models.BigIntegerField()
    taken_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    #: The table schema of that day: the columns may change later.
    schema = models.JSONField()
    #: When a fiche that was withdrawn since was taken out of the files.
    rewritten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class SnapshotFile(models.Model):
    """One file of a snapshot."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="files")
    ending = models.CharField(max_length=10)
    #: Where the storage keeps it.
    path = models.CharField(max_length=200, unique=True)
    size = models.PositiveBigIntegerField()
    #: SHA-256 of its bytes, in hexadecimal.
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["snapshot", "ending"], name="snapshot_file_once_per_format"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="snapshot_file_has_its_digest"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where everybody downloads it."""
        return reverse("reuse:snapshot_file", args=[self.snapshot.day, self.ending])

    @property
    def name(self) -> str:
        """Its name for who downloads it: repertoire-2026-11-22.csv.gz."""
        return f"repertoire-{self.snapshot.day.isoformat()}.{self.ending}"
