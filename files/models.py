"""A file that somebody sent, as any app keeps it: its name for people, its place, its type by its content, and what the scan says."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from files.states import LOCKED, ScanState


class KeptFile(models.Model):
    """The columns of a kept file; the app that keeps it adds its `file` field and what it belongs to."""

    name = models.CharField(max_length=200)
    storage_name = models.CharField(max_length=60, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    scan_state = models.CharField(max_length=12, choices=ScanState.choices, default=ScanState.UNSCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    signature = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="%(class)s_is_not_empty"),
            models.CheckConstraint(condition=Q(scan_state__in=ScanState.values), name="%(class)s_scan_state_is_known"),
            models.CheckConstraint(
                condition=Q(scan_state__in=["waiting", "unscanned"]) | Q(scanned_at__isnull=False), name="%(class)s_verdict_is_dated"
            ),
        ]

    @property
    def is_locked(self) -> bool:
        """Is the file in quarantine, or infected: handed over to nobody?"""
        return self.scan_state in LOCKED

    @property
    def is_waiting(self) -> bool:
        """Is the file still in quarantine?"""
        return self.scan_state == ScanState.WAITING

    @property
    def is_infected(self) -> bool:
        """Did the scan find a virus?"""
        return self.scan_state == ScanState.INFECTED
