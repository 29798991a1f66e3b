"""Versions of the opposition sets, the leaves of the receipts, and what deliverers attest. Never an identifier, never a token."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Database
from extractions.delivery.models import Package
from extractions.models import Ticket
from rights.models import Routing
from rights.oppositions.triggers import follows_the_last
from rights.triggers import kept, settled_once, written_once

HEX = r"^[0-9a-f]{64}$"


def _person(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    """Keys by what they may sign."""

    def usable(self) -> SigningKeyQuerySet:
        """Those that a second person compared and nobody revoked."""
        return self.filter(verified_at__isnull=False, revoked_at=None)


class SigningKey(models.Model):
    """The public half (Ed25519) of the key with which a body signs its sets and its deliveries. The private half stays there."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("body"))
    public = models.CharField(_("public key"), max_length=64, unique=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True)
    registered_at = models.DateTimeField(_("registered on"))
    registered_by = _person()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = _person(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = _person(null=True, blank=True)

    objects: ClassVar[Any] = SigningKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-registered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(public__regex=HEX, fingerprint__regex=HEX), name="signing_key_is_a_key"),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False) & ~Q(verified_by=F("registered_by")),
                name="signing_key_verified_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="signing_key_revoked_by_somebody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("signing_key", "oppositions_signingkey"),
            pgtrigger.ReadOnly(
                name="signing_key_stays_what_it_is", fields=["organisation", "public", "fingerprint", "registered_at", "registered_by"]
            ),
            *settled_once("signing_key_verified", "oppositions_signingkey", "verified_at", "verified_by_id", by="verified_at"),
            *settled_once("signing_key_revoked", "oppositions_signingkey", "revoked_at", "revoked_by_id", by="revoked_at"),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]

    @property
    def grouped(self) -> str:
        """The fingerprint as it is read out: groups of four."""
        return " ".join(self.fingerprint[start : start + 4] for start in range(0, 64, 4))

    @property
    def is_usable(self) -> bool:
        """May something be signed with it today?"""
        return self.verified_at is not None and self.revoked_at is None


class OppositionSetQuerySet(models.QuerySet["OppositionSet"]):
    """Versions of sets by the moment at which they count."""

    def of(self, database: int) -> OppositionSetQuerySet:
        """Those of one database, the newest first."""
        return self.filter(database=database).order_by("-version")

    def effective(self, at: datetime) -> OppositionSetQuerySet:
        """Those that deliveries obey at a moment."""
        return self.filter(effective_at__lte=at)


class OppositionSet(models.Model):
    """One version of the oppositions of a database: roots, dates and a signature; its counts are for the staff."""

    database = models.ForeignKey(Database, models.PROTECT, related_name="+", verbose_name=_("database"))
    version = models.PositiveIntegerField(_("version"))
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    #: Up to when it knows the oppositions, and from when deliveries obey it.
    cutoff_at = models.DateTimeField(_("knows the oppositions up to"))
    effective_at = models.DateTimeField(_("in force from"))
    root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64, blank=True)
    receipts_root = models.CharField(max_length=64)
    receipts_size = models.PositiveIntegerField()
    #: What the leaves of nobody are made of.
    padding = models.CharField(max_length=64)
    count = models.PositiveIntegerField(_("persons"))
    added = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    receipts = models.PositiveIntegerField()
    merged = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    #: What was signed, as it was signed.
    text = models.TextField()
    signature = models.CharField(max_length=88)
    published_at = models.DateTimeField(_("published on"))
    published_by = _person()

    objects: ClassVar[Any] = OppositionSetQuerySet.as_manager()

    class Meta:
        ordering = ["database", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["database", "version"], name="opposition_set_has_its_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="opposition_set_is_counted_from_one"),
            models.CheckConstraint(
                condition=Q(root__regex=HEX, receipts_root__regex=HEX, padding__regex=HEX, previous_root__regex=r"^([0-9a-f]{64})?$"),
                name="opposition_set_has_its_roots",
            ),
            models.CheckConstraint(
                condition=Q(cutoff_at__lte=F("effective_at")) & Q(cutoff_at__lte=F("published_at")), name="opposition_set_knows_the_past"
            ),
            models.CheckConstraint(
                condition=Q(count=F("receipts") - F("merged") + F("elsewhere"), merged__lte=F("receipts")), name="opposition_set_adds_up"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("opposition_set"), *follows_the_last()]

    def __str__(self) -> str:
        return f"{self.database_id} v{self.version}"

    @property
    def said(self) -> dict[str, Any]:
        """What was signed."""
        told: dict[str, Any] = json.loads(self.text)
        return told


class ReceiptBlock(models.Model):
    """A complete subtree of the receipts of one version: its leaves, and its root."""

    version = models.ForeignKey(OppositionSet, models.PROTECT, related_name="blocks")
    place = models.PositiveIntegerField()
    first = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    root = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["version", "place"]
        constraints = [models.UniqueConstraint(fields=["version", "place"], name="receipt_block_has_its_place")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("receipt_block")

    def __str__(self) -> str:
        return f"{self.version_id}/{self.place}"


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Leaves by the versions in which they stand."""

    def standing_in(self, version: OppositionSet) -> CommitmentQuerySet:
        """Those of a version: they entered with it or before, and left after it or never."""
        entered = Q(entered__version__lte=version.version)
        stays = Q(left=None) | Q(left__version__gt=version.version)
        return self.filter(entered & stays, routing__database=version.database_id)


class Commitment(models.Model):
    """The leaf of one opposition, made when it is sent; nothing of the tracking code can be read in it."""

    routing = models.OneToOneField(Routing, models.PROTECT, related_name="commitment")
    leaf = models.BinaryField(max_length=32)
    #: The first version that holds it, and the first that holds it no more.
    entered = models.ForeignKey(OppositionSet, models.PROTECT, null=True, blank=True, related_name="+")
    left = models.ForeignKey(OppositionSet, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["routing"]
        constraints = [models.CheckConstraint(condition=Q(left=None) | Q(entered__isnull=False), name="commitment_leaves_after_it_entered")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("commitment", "oppositions_commitment"),
            pgtrigger.ReadOnly(name="commitment_stays_what_it_is", fields=["routing", "leaf"]),
            *settled_once("commitment_entered", "oppositions_commitment", "entered_id", by="entered_id"),
            *settled_once("commitment_left", "oppositions_commitment", "left_id", by="left_id"),
        ]

    def __str__(self) -> str:
        return str(self.routing_id)


class Attestation(models.Model):
    """That a package was made without the people of one version of a set, signed by who made it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="attestations")
    #: The number that the package has, or will have once it is announced.
    number = models.PositiveSmallIntegerField(_("package"))
    package = models.ForeignKey(Package, models.PROTECT, null=True, blank=True, related_name="attestations")
    version = models.ForeignKey(OppositionSet, models.PROTECT, related_name="attestations")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    operator = models.CharField(_("operator"), max_length=80)
    signed_at = models.DateTimeField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=88)
    received_at = models.DateTimeField()
    received_by = _person()
    #: Another one took its place before the package was announced.
    replaced_at = models.DateTimeField(null=True, blank=True)
    #: A second look found somebody of the set in a package that had left.
    disproved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ticket", "number", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=HEX), name="attestation_has_its_hash"),
            models.CheckConstraint(condition=Q(replaced_at=None) | Q(package=None), name="attestation_of_a_package_stands"),
            models.CheckConstraint(condition=Q(disproved_at=None) | Q(package__isnull=False), name="attestation_of_a_package_is_disproved"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *kept("attestation", "oppositions_attestation"),
            pgtrigger.ReadOnly(
                name="attestation_stays_what_it_is",
                fields=["ticket", "number", "version", "key", "operator", "signed_at", "text", "sha256", "signature"],
            ),
            *settled_once("attestation", "oppositions_attestation", "package_id", by="package_id"),
            *settled_once("attestation_disproved", "oppositions_attestation", "disproved_at", by="disproved_at"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.number}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """What was signed."""
        told: dict[str, Any] = json.loads(self.text)
        return told


class Recheck(models.Model):
    """That a second operator looked at a sample of what was delivered and found nobody of the set in it."""

    attestation = models.OneToOneField(Attestation, models.PROTECT, related_name="recheck")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    operator = models.CharField(_("operator"), max_length=80)
    sampled = models.PositiveBigIntegerField()
    signed_at = models.DateTimeField()
    text = models.TextField()
    signature = models.CharField(max_length=88)
    received_at = models.DateTimeField()
    received_by = _person()

    class Meta:
        ordering = ["attestation"]
        constraints = [models.CheckConstraint(condition=Q(sampled__gte=1), name="recheck_looked_at_something")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = written_once("recheck")

    def __str__(self) -> str:
        return str(self.attestation_id)
