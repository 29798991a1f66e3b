"""What is said about a dossier: threads of messages between applicant and secretariat, who has read them, and the secretariat's own notes.

Notes stand in a table of their own: no query over messages can ever bring one up.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from files.models import KeptFile
from requests_app.models import Dossier
from requests_app.talk.querysets import MessageQuerySet, NoteQuerySet, ThreadQuerySet

LONGEST_TEXT = 10_000


class Side(models.TextChoices):
    """On which side of the counter somebody speaks."""

    APPLICANT = "applicant", _("The applicant")
    SECRETARIAT = "secretariat", _("The secretariat")

    @property
    def other(self) -> Side:
        """The one that is spoken to."""
        return Side.SECRETARIAT if self == Side.APPLICANT else Side.APPLICANT


class Thread(models.Model):
    """One conversation about a dossier as a whole (`field` is empty), or about one field, section or data source of its form."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="threads")
    field = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: The last message of each side (its key), so that what is unread or unanswered is seen without reading the messages.
    last_of_applicant = models.BigIntegerField(default=0)
    last_of_secretariat = models.BigIntegerField(default=0)

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["dossier", "opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "field"], name="thread_once_per_dossier_and_field"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="thread_closed_after_its_opening"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="thread_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.field or '-'}"

    @property
    def awaits(self) -> str:
        """The side that has not answered the last message; nobody once the thread is closed."""
        if self.closed_at or self.last_of_applicant == self.last_of_secretariat:
            return ""
        return str(Side.SECRETARIAT if self.last_of_applicant > self.last_of_secretariat else Side.APPLICANT)


class Message(models.Model):
    """What one side wrote to the other, once and for all."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices)
    text = models.TextField()
    salt = models.CharField(max_length=32)

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["thread", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(salt=""), name="message_has_a_salted_text"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="message_side_is_known"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="message_is_not_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.thread_id}/{self.pk}"


def enclosure_path(enclosure: Enclosure, filename: str) -> str:
    """Where an enclosure is stored: under a name that says nothing and cannot be guessed."""
    return f"messages/{enclosure.message.thread.dossier_id}/{enclosure.storage_name}"


class Enclosure(KeptFile):
    """A file that came with a message: seen by those who may read the message only, so it is no piece of the dossier."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="enclosures")
    file = models.FileField(upload_to=enclosure_path, max_length=200)

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["message", "id"]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.pk}"


class Reading(models.Model):
    """How far one person has read one thread: up to the message of this key."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_up_to = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["thread", "user"]
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="reading_once_per_thread_and_person")]

    def __str__(self) -> str:
        return f"{self.thread_id} up to {self.read_up_to}"


class Announcement(models.Model):
    """One notice by e-mail of what is new in a dossier: asked for by the first message, sent a little later for all that followed."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="announcements")
    side = models.CharField(max_length=12, choices=Side.choices)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "side"], condition=Q(sent_at=None), name="announcement_one_waiting_per_side"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="announcement_side_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.side} {self.pk}"


class Note(models.Model):
    """What the secretariat notes for itself about a dossier, or about one field of it; never for the applicant."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="notes")
    field = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()

    objects: ClassVar[Any] = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_is_not_empty")]
        indexes = [models.Index(fields=["dossier", "-at"], name="note_of_dossier")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="note_is_not_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.dossier_id} note {self.pk}"
