"""What the form leaves beside a request: counts of visitors for a day, an address to write to, a reference for a controller's own page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from catalogue.models import Database
from rights.states import OFFERED, Level, Right

HEX = r"^[0-9a-f]{64}$"


class FloodCount(models.Model):
    """How often something came in the present span of time, under a key that changes every day and names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    span = models.BigIntegerField()
    number = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=Q(key__regex=HEX), name="asking_flood_key_is_hashed")]

    def __str__(self) -> str:
        return self.key[:8]


class Contact(models.Model):
    """Where to write that something has changed. Nothing here points to a request: the request holds this key, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: The address, sealed under a key outside the database.
    sealed = models.TextField()
    language = models.CharField(max_length=2, default="fr")
    #: Days only: an instant would tell which request came with it.
    made_on = models.DateField()
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(sealed__startswith="gAAAA"), name="contact_is_sealed"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="contact_language_is_known"),
            models.CheckConstraint(condition=Q(confirmed_on=None) | Q(confirmed_on__gte=F("made_on")), name="contact_confirmed_after_made"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """References by whether they still serve."""

    def good(self, at: datetime) -> HandOverQuerySet:
        """Those that nobody used, before their term."""
        return self.filter(used_at=None, until__gt=at)


class HandOver(models.Model):
    """A reference that a person takes to the controller's own page: it tells, once, what they came for, and nothing of who they are."""

    #: The reference under the pepper.
    digest = models.CharField(max_length=64, unique=True)
    database = models.ForeignKey(Database, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    right = models.CharField(max_length=20, choices=[(one.value, one.label) for one in OFFERED])
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)
    study = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=HEX), name="hand_over_is_hashed"),
            models.CheckConstraint(condition=Q(right__in=[one.value for one in OFFERED]), name="hand_over_right_is_offered"),
            models.CheckConstraint(
                condition=Q(right=Right.OPPOSITION, level__in=Level.values) | ~Q(right=Right.OPPOSITION) & Q(level=""),
                name="hand_over_level_is_of_an_opposition",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="hand_over_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"
