"""Sealed bytes that the window keeps for a while and cannot open: a request for its controller, and the messages about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rights.envelopes.choices import Direction, MessageKind, PurgeGround, SealedBy
from rights.envelopes.models.keys import ControllerKey
from rights.envelopes.models.purges import PurgeReport
from rights.envelopes.sealing import ANSWER, COMPLEMENT, info_of, message_info
from rights.models import Routing
from rights.triggers import kept

HEX = r"^[0-9a-f]{64}$"
#: How far a provider of identities may vouch for a person.
ATTESTED = ("N3", "N4")
#: Either the bytes are there, or they were purged and a report counts them.
_THERE = Q(purged_at=None, purge=None, purged_for="") & ~Q(sealed=b"")
_GONE = Q(purged_at__isnull=False, purge__isnull=False, purged_for__in=PurgeGround.values, sealed=b"")


def _goes_once(name: str, table: str) -> pgtrigger.Trigger:
    """Sealed bytes are never replaced: they are there as they came, or gone for good."""
    return pgtrigger.Trigger(
        name=f"{name}_goes_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=(
            "IF (NEW.sealed IS DISTINCT FROM OLD.sealed AND NEW.purged_at IS NULL) OR (OLD.purged_at IS NOT NULL AND"
            " (NEW.sealed IS DISTINCT FROM OLD.sealed OR NEW.purged_at IS DISTINCT FROM OLD.purged_at"
            " OR NEW.purge_id IS DISTINCT FROM OLD.purge_id OR NEW.purged_for IS DISTINCT FROM OLD.purged_for)) THEN"
            f" RAISE EXCEPTION '{table}: sealed bytes are there as they came, or gone'; END IF; RETURN NEW;"
        ),
    )


class SealedQuerySet(models.QuerySet[Any]):
    """What is sealed, by whether it is still there."""

    def there(self) -> SealedQuerySet:
        """What was not purged."""
        return self.filter(purged_at=None)

    def whole(self) -> SealedQuerySet:
        """With their bytes, read in the same statement: a purge that comes meanwhile takes nothing of them away."""
        return self.defer(None)

    def due(self, at: datetime) -> SealedQuerySet:
        """What is to be purged, the oldest first."""
        return self.there().filter(kept_until__lte=at).order_by("kept_until", "pk")


class SealedManager(models.Manager.from_queryset(SealedQuerySet)):  # type: ignore[misc]
    """Reads everything but the bytes, which may be large: they are fetched when somebody asks for them."""

    def get_queryset(self) -> SealedQuerySet:
        """The rows without their bytes."""
        found: SealedQuerySet = super().get_queryset().defer("sealed")
        return found


class EnvelopeManager(SealedManager):
    """The same; the sealed identity beside a request is fetched when somebody asks for it, too."""

    def get_queryset(self) -> SealedQuerySet:
        """The rows without their bytes."""
        return super().get_queryset().defer("attestation")


class Sealed(models.Model):
    """Sealed bytes, their hash, and until when they are kept."""

    key: Any
    routing: Any
    #: The slug of the database when it was sealed: it is part of what the bytes are bound to.
    bound_to = models.SlugField(max_length=60)
    sealed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    at = models.DateTimeField()
    kept_until = models.DateTimeField()
    purged_at = models.DateTimeField(null=True, blank=True)
    purged_for = models.CharField(max_length=10, choices=PurgeGround.choices, blank=True)

    class Meta:
        abstract = True

    @property
    def is_there(self) -> bool:
        """Can it still be fetched?"""
        return self.purged_at is None


class Envelope(Sealed):
    """What a person asked of one controller, sealed to its key. There is one for each routing that came sealed."""

    routing = models.OneToOneField(Routing, models.PROTECT, related_name="envelope")
    key = models.ForeignKey(ControllerKey, models.PROTECT, related_name="envelopes")
    sealed_by = models.CharField(_("sealed"), max_length=10, choices=SealedBy.choices)
    purge = models.ForeignKey(PurgeReport, models.PROTECT, null=True, blank=True, related_name="purged_envelopes")
    #: Who the person is, as a provider of identities signed it, sealed to the same key; how far it vouches, and when it said so.
    attestation = models.BinaryField(null=True)
    attested_level = models.CharField(max_length=2, choices=[(level, level) for level in ATTESTED], blank=True)
    attested_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = EnvelopeManager()

    class Meta:
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")
        ordering = ["-pk"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=HEX), name="envelope_has_its_hash"),
            models.CheckConstraint(condition=Q(sealed_by__in=SealedBy.values), name="envelope_says_where_it_was_sealed"),
            models.CheckConstraint(condition=Q(kept_until__gte=F("at")), name="envelope_is_kept_for_a_while"),
            models.CheckConstraint(condition=_THERE | _GONE, name="envelope_is_there_or_purged"),
            models.CheckConstraint(
                condition=Q(attestation=None, attested_level="", attested_at=None)
                | Q(attested_level__in=ATTESTED, attested_at__isnull=False, purged_at=None, attestation__isnull=False)
                | Q(attested_level__in=ATTESTED, attested_at__isnull=False, purged_at__isnull=False, attestation=None),
                name="envelope_identity_goes_with_it",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kept_until"], condition=Q(purged_at=None), name="envelope_due"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("envelope", "envelopes_envelope"),
            pgtrigger.ReadOnly(
                name="envelope_stays_what_it_is",
                fields=["routing", "key", "bound_to", "sha256", "size", "at", "sealed_by", "attested_level", "attested_at"],
            ),
            _goes_once("envelope", "envelopes_envelope"),
            pgtrigger.Trigger(
                name="envelope_identity_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF NEW.attestation IS DISTINCT FROM OLD.attestation AND (NEW.attestation IS NOT NULL OR NEW.purged_at IS NULL) THEN"
                    " RAISE EXCEPTION 'envelopes_envelope: sealed bytes are there as they came, or gone'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"envelope of {self.routing_id}"

    @property
    def info(self) -> bytes:
        """What it is bound to."""
        return info_of(self.bound_to, self.key.fingerprint)


class SealedMessage(Sealed):
    """A question or an answer for the person, sealed to the key that stood in the envelope; or a complement, sealed to the controller."""

    routing = models.ForeignKey(Routing, models.PROTECT, related_name="sealed_messages")
    direction = models.CharField(max_length=14, choices=Direction.choices)
    kind = models.CharField(max_length=12, choices=MessageKind.choices)
    #: The fingerprint of the key it is sealed to: the person's, which the window does not know, or the controller's.
    sealed_to = models.CharField(max_length=64)
    purge = models.ForeignKey(PurgeReport, models.PROTECT, null=True, blank=True, related_name="purged_messages")

    objects: ClassVar[Any] = SealedManager()

    class Meta:
        verbose_name = _("sealed message")
        verbose_name_plural = _("sealed messages")
        ordering = ["at", "pk"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=HEX, sealed_to__regex=HEX), name="sealed_message_has_its_hashes"),
            models.UniqueConstraint(fields=["routing", "sha256"], name="sealed_message_comes_once"),
            models.CheckConstraint(
                condition=Q(direction=Direction.TO_PERSON, kind__in=[MessageKind.QUESTION, MessageKind.ANSWER])
                | Q(direction=Direction.TO_CONTROLLER, kind=MessageKind.COMPLEMENT),
                name="sealed_message_goes_where_its_kind_goes",
            ),
            models.CheckConstraint(condition=Q(kept_until__gte=F("at")), name="sealed_message_is_kept_for_a_while"),
            models.CheckConstraint(condition=_THERE | _GONE, name="sealed_message_is_there_or_purged"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kept_until"], condition=Q(purged_at=None), name="sealed_message_due"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("sealed_message", "envelopes_sealedmessage"),
            pgtrigger.ReadOnly(
                name="sealed_message_stays_what_it_is",
                fields=["routing", "direction", "kind", "bound_to", "sealed_to", "sha256", "size", "at"],
            ),
            _goes_once("sealed_message", "envelopes_sealedmessage"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.routing_id}"

    @property
    def info(self) -> bytes:
        """What it is bound to."""
        kind = ANSWER if self.direction == Direction.TO_PERSON else COMPLEMENT
        return message_info(kind, self.bound_to, self.sealed_to, self.routing.number)
