"""What a recipient states of the destruction of a package, and who has checked it.

It proves, and ends no obligation by itself: that of the convention ends with `note_destruction`, that of the dossier with
`certify_destruction`.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from extractions.delivery.models.packages import Package
from extractions.delivery.triggers import frozen
from extractions.models.tickets import person
from extractions.triggers import kept, settled_once


class Destruction(models.Model):
    """That the data of one package are destroyed, where and how, by the word of who received them; then checked by somebody else."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="destructions")
    destroyed_on = models.DateField(_("destroyed on"))
    words = models.TextField(_("how, and which copies"))
    salt = models.CharField(max_length=32)
    stated_at = models.DateTimeField()
    stated_by = person()
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = person(null=True, blank=True)
    is_confirmed = models.BooleanField(null=True, blank=True)
    because = models.TextField(_("why it is sent back"), blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["package", "stated_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["package"], condition=~Q(is_confirmed=False), name="destruction_one_standing_per_package"),
            models.CheckConstraint(condition=~Q(words=""), name="destruction_says_how"),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None, is_confirmed=None, because="")
                | Q(checked_at__isnull=False, checked_at__gte=F("stated_at"), checked_by__isnull=False, is_confirmed__isnull=False),
                name="destruction_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed=False) & ~Q(because="") | (Q(is_confirmed=None) | Q(is_confirmed=True)) & Q(because=""),
                name="destruction_sent_back_says_why",
            ),
            models.CheckConstraint(condition=Q(checked_by=None) | ~Q(checked_by=F("stated_by")), name="destruction_checked_by_another"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("destruction", "delivery_destruction"),
            *frozen("destruction", "delivery_destruction", "package_id", "destroyed_on", "words", "stated_at", "stated_by_id"),
            *settled_once("destruction", "delivery_destruction", "is_confirmed", "because", "checked_at", "checked_by_id", by="checked_at"),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} {self.destroyed_on}"

    @property
    def paper(self) -> Any:
        """The PDF that came with the statement; None without one."""
        return getattr(self, "proof", None)
