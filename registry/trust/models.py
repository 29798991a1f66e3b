"""The log of all published versions, its signed checkpoints, the withdrawals, and what the public asks to correct."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.models import Fiche, FicheVersion, Kind
from registry.trust.merkle import Node

#: Where the level stands in the key of a node; a log of 2⁴⁸ entries would fill it.
LEVEL_SHIFT = 48


def kept(name: str) -> pgtrigger.Protect:
    """The rows are written once, and never changed nor deleted."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class LogEntry(models.Model):
    """One published version at its place in the log; the leaf hash is that of its canonical bytes."""

    index = models.BigIntegerField(primary_key=True)
    version = models.OneToOneField(FicheVersion, models.PROTECT, related_name="log_entry")
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["index"]
        constraints = [models.CheckConstraint(condition=Q(index__gte=0), name="log_entry_has_a_place")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [kept("log_entry_is_kept")]

    def __str__(self) -> str:
        return str(self.index)


class LogNode(models.Model):
    """The hash of one complete subtree above the leaves, so that a root or a proof rests on few reads."""

    key = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["key"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [kept("log_node_is_kept")]

    def __str__(self) -> str:
        return str(self.node)

    @staticmethod
    def key_of(node: Node) -> int:
        """The key of a subtree."""
        return node.level << LEVEL_SHIFT | node.place

    @property
    def node(self) -> Node:
        """The subtree of this key."""
        return Node(self.key >> LEVEL_SHIFT, self.key & ((1 << LEVEL_SHIFT) - 1))


class Checkpoint(models.Model):
    """What the whole log was on a day, signed: a version altered, removed or moved since no longer fits it."""

    day = models.DateField(unique=True)
    signed_at = models.DateTimeField()
    size = models.BigIntegerField()
    #: The root of the tree of this size, in hexadecimal.
    root = models.CharField(max_length=64)
    #: The signed note, as it is published (C2SP tlog-checkpoint).
    note = models.TextField()
    #: The public key that the signature is checked with, in the form in which it is published.
    verifier = models.CharField(max_length=300)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(condition=Q(root__regex=r"^[0-9a-f]{64}$"), name="registry_checkpoint_has_its_root"),
            models.CheckConstraint(condition=Q(size__gt=0), name="registry_checkpoint_covers_something"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["size"], name="registry_checkpoint_size")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [kept("registry_checkpoint_is_kept")]

    def __str__(self) -> str:
        return f"{self.day} {self.size}"


class Ground(models.TextChoices):
    """Why a fiche may leave the registry: a closed list. The code is what its version says."""

    MISTAKE = "withdrawn_mistake", _("Published by mistake, or twice")
    PERSONAL_DATA = "withdrawn_personal_data", _("It held personal data that must not be published")
    SECRET = "withdrawn_secret", _("It held a secret that the law protects")
    DECISION = "withdrawn_decision", _("A court or an authority so decided")
    ANNULLED = "withdrawn_annulled", _("The authorisation was annulled or withdrawn before the project began")


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    """Withdrawals from the registry."""

    def in_force(self) -> WithdrawalQuerySet:
        """Those whose fiche has not come back."""
        return self.filter(restored=None)


class Withdrawal(models.Model):
    """A fiche taken out of the registry: who did it, and whether what it had said before is shown again since it came back."""

    fiche = models.ForeignKey(Fiche, models.PROTECT, related_name="withdrawals")
    version = models.OneToOneField(FicheVersion, models.PROTECT, related_name="withdrawal")
    ground = models.CharField(_("ground"), max_length=30, choices=Ground.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    restored = models.OneToOneField(FicheVersion, models.PROTECT, null=True, blank=True, related_name="+")
    restored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    shows_earlier = models.BooleanField(default=False)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        ordering = ["-version__at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="withdrawal_ground_is_known"),
            models.CheckConstraint(
                condition=Q(restored=None, restored_by=None) | Q(restored__isnull=False, restored_by__isnull=False),
                name="withdrawal_restored_by_somebody",
            ),
            models.CheckConstraint(condition=Q(shows_earlier=False) | Q(restored__isnull=False), name="withdrawal_shows_earlier_once_back"),
            models.UniqueConstraint(fields=["fiche"], condition=Q(restored=None), name="withdrawal_once_at_a_time"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [pgtrigger.Protect(name="withdrawal_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.fiche_id} {self.ground}"


def is_withheld(version: str = "") -> Any:
    """The condition of a version that is not shown: its fiche is withdrawn, or was after it and what it had said was not shown again.

    `version` leads from the outer query to the version. What a withdrawal itself says stays public: it says nothing of the project.
    """
    lead = f"{version}__" if version else ""
    later = Withdrawal.objects.filter(fiche=OuterRef(f"{lead}fiche"), version__number__gt=OuterRef(f"{lead}number"))
    hidden = Q(**{f"{lead}fiche__live": False}) | Exists(later.filter(shows_earlier=False))
    return hidden & ~Q(**{f"{lead}kind": Kind.WITHDRAWN})


class State(models.TextChoices):
    """Where a request of correction stands."""

    RECEIVED = "received", pgettext_lazy("correction", "To be examined")
    ACCEPTED = "accepted", pgettext_lazy("correction", "Accepted, to be corrected")
    CORRECTED = "corrected", pgettext_lazy("correction", "Corrected")
    REFUSED = "refused", pgettext_lazy("correction", "Refused")


OPEN = (State.RECEIVED, State.ACCEPTED)


def new_token() -> str:
    """What nobody guesses: the address at which whoever asked reads the answer."""
    return secrets.token_urlsafe(16)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Requests of correction."""

    def to_be_examined(self) -> CorrectionQuerySet:
        """Those that wait for an officer."""
        return self.filter(state=State.RECEIVED)

    def for_desk(self) -> CorrectionQuerySet:
        """With what the list of the secretariat shows; the oldest first."""
        return self.select_related("fiche").defer("fiche__said", "fiche__body").order_by("asked_at", "pk")

    def with_an_address_kept_too_long(self, unconfirmed_before: datetime, answered_before: datetime) -> CorrectionQuerySet:
        """Those whose e-mail address serves nothing any more: never confirmed, or written to since long."""
        unconfirmed = Q(email_confirmed_at=None, asked_at__lt=unconfirmed_before)
        return self.exclude(email="").filter(unconfirmed | Q(closed_at__lt=answered_before))


class Correction(models.Model):
    """What somebody of the public finds wrong in a fiche, and what the secretariat answered."""

    token = models.CharField(max_length=30, unique=True, default=new_token, editable=False)
    fiche = models.ForeignKey(Fiche, models.PROTECT, related_name="corrections")
    #: The version that was read.
    read = models.PositiveIntegerField()
    field = models.CharField(_("what it is about"), max_length=60)
    wrong = models.TextField(_("what is wrong"))
    email = models.EmailField(_("e-mail address"), blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=5, default="fr")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: The version that corrects it.
    corrected = models.ForeignKey(FicheVersion, models.PROTECT, null=True, blank=True, related_name="corrections")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="correction_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="received", answered_at=None, answered_by=None)
                | Q(~Q(state="received"), answered_at__isnull=False, answered_by__isnull=False),
                name="correction_answered_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="correction_refused_with_a_reason"),
            models.CheckConstraint(condition=Q(state="corrected") | Q(corrected=None), name="correction_made_by_a_version"),
            models.CheckConstraint(condition=~Q(state="corrected") | Q(corrected__isnull=False), name="correction_names_its_version"),
            models.CheckConstraint(
                condition=Q(state__in=["received", "accepted"], closed_at=None)
                | Q(state__in=["corrected", "refused"], closed_at__isnull=False),
                name="correction_closed_when_it_is_over",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(F("state"), F("asked_at"), name="correction_desk")]

    def __str__(self) -> str:
        return f"{self.fiche_id} {self.field}"

    def get_absolute_url(self) -> str:
        """Where whoever asked reads what became of it."""
        return reverse("trust:correction", args=[self.token])

    @property
    def is_open(self) -> bool:
        """Does the secretariat still owe something?"""
        return self.state in OPEN

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip()
        super().save(*args, **kwargs)


class FloodCount(models.Model):
    """How often one visitor used one form, or one mailbox was written to, in the present span of time; `key` is a keyed digest of both."""

    key = models.CharField(primary_key=True, max_length=64)
    span = models.BigIntegerField()
    number = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return str(self.number)
