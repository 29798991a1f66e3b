"""Who asked to be told by e-mail of the new projects that answer a search."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class AlertQuerySet(models.QuerySet["Alert"]):
    """Alerts by e-mail."""

    def confirmed(self) -> AlertQuerySet:
        """Those whose address was confirmed by whoever reads it."""
        return self.filter(confirmed_at__isnull=False)


class Alert(models.Model):
    """A search and the address that is told of its new projects: nothing is sent, save the question itself, before it is confirmed."""

    email = models.EmailField()
    #: The search, as the address of its page holds it, without page nor order.
    query = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: The place of the last fiche that was looked at for this alert.
    seen_pos = models.IntegerField(default=-1)
    told_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AlertQuerySet] = AlertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["email", "query"], name="alert_once_per_address_and_search"),
            models.CheckConstraint(condition=~Q(email=""), name="alert_has_an_address"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="alert_language_is_known"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("asked_at")), name="alert_confirmed_after_it_was_asked_for"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
