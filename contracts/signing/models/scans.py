"""The scan of a page that was signed by hand; it counts once a second person has compared it with the document."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.conventions import person
from contracts.signing.models.requests import Signatory, deed_path
from contracts.signing.triggers import scan_kept
from files.models import KeptFile


class ScanQuerySet(models.QuerySet["SignedScan"]):
    """Scans by what is to be done with them."""

    def awaiting(self) -> ScanQuerySet:
        """Those that nobody has checked or discarded."""
        return self.filter(confirmed_at=None, discarded_at=None)


class SignedScan(KeptFile):
    """What came back on paper: who signed, in which function, on which day, who recorded it and who else has checked it."""

    signatory = models.ForeignKey(Signatory, models.PROTECT, related_name="scans")
    file = models.FileField(upload_to=deed_path, max_length=200)
    signed_by = models.CharField(_("signed by"), max_length=200)
    function = models.CharField(_("function"), max_length=200)
    signed_on = models.DateField(_("signed on"))
    added_by = person()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = person(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = person(null=True, blank=True)
    #: Why it was discarded.
    words = models.CharField(max_length=1000, blank=True)

    objects: ClassVar[Any] = ScanQuerySet.as_manager()

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["signatory", "pk"]
        constraints = [
            *KeptFile.Meta.constraints,
            models.UniqueConstraint(fields=["signatory"], condition=Q(discarded_at=None), name="signed_scan_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None) | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="signed_scan_confirmed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("added_by")), name="signed_scan_checked_by_another"),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False, confirmed_at=None) & ~Q(words=""),
                name="signed_scan_discarded_says_why",
            ),
            models.CheckConstraint(condition=~Q(signed_by="") & ~Q(function=""), name="signed_scan_says_who"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = scan_kept()

    def __str__(self) -> str:
        return f"{self.signatory_id}/{self.pk}"

    @property
    def is_awaiting(self) -> bool:
        """Is it still to be checked?"""
        return self.confirmed_at is None and self.discarded_at is None
