"""Invitations to the team of a dossier, and the signatures that are asked for. Roles themselves are kept by guardian."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by what has become of them."""

    def waiting(self, at: datetime) -> InvitationQuerySet:
        """Those that can still be answered."""
        return self.filter(closed_at=None, expires_at__gt=at)

    def past(self, at: datetime) -> InvitationQuerySet:
        """Those whose time has passed and whose address is not forgotten yet."""
        return self.filter(closed_at=None, expires_at__lte=at)


class Invitation(models.Model):
    """A letter that offers somebody a role; the address stands here only, and is forgotten once the invitation is closed."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=20)
    email = models.EmailField(blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    #: How often the letter was sent; only the link of the last one opens.
    sendings = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: The account that accepted bears another address than the one invited.
    by_other_address = models.BooleanField(default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["invited_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(TEAM_ROLES)), name="invitation_role_is_known"),
            models.CheckConstraint(
                condition=(Q(closed_at=None, outcome="") & ~Q(email="")) | (Q(closed_at__isnull=False, email="") & ~Q(outcome="")),
                name="invitation_closed_forgets_its_address",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_after_it_was_sent"),
            models.UniqueConstraint(fields=["dossier", "email"], condition=Q(closed_at=None), name="invitation_one_open_per_address"),
        ]
        indexes = [models.Index(fields=["email"], condition=Q(closed_at=None), name="invitation_open_address")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"

    def is_waiting(self, at: datetime) -> bool:
        """Can it still be answered?"""
        return self.closed_at is None and at < self.expires_at

    def is_for(self, user: Any) -> bool:
        """Was it sent to the address of this account?"""
        return bool(self.email) and self.email == user.email.lower()

    def close(self, outcome: str, at: datetime, *, by: Any = None) -> None:
        """Note what became of it, and forget the address."""
        self.outcome, self.closed_at, self.answered_by, self.email = outcome, at, by, ""
        self.save()


class SignatureRequest(models.Model):
    """The owner asks the signatories to sign the dossier as it stands; at most one is open."""

    class Outcome(models.TextChoices):
        SIGNED = "signed", _("signed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="signature_requests")
    #: The state in which it was asked: once the dossier is elsewhere, the request has no object.
    state = models.CharField(max_length=40)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    #: The fingerprint of each part of the dossier as it was prepared.
    prepared = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    word = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="signature_request_closed_says_how",
            ),
            models.CheckConstraint(condition=Q(word="") | ~Q(salt=""), name="signature_request_word_is_salted"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(closed_at=None), name="signature_request_one_open_per_dossier"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.outcome or 'open'}"

    def close(self, outcome: str, at: datetime, *, by: Any) -> None:
        """Note what became of it."""
        self.outcome, self.closed_at, self.closed_by = outcome, at, by
        self.save()
