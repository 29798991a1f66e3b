"""A package that was delivered: what it is made of, the way it went, and what its recipient said. Never the data themselves."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from extractions.delivery.choices import RECEIVED, Channel, Outcome
from extractions.delivery.triggers import file_within, package_kept
from extractions.models import Ticket
from extractions.models.tickets import person
from extractions.triggers import written_once


class PackageQuerySet(models.QuerySet["Package"]):
    """Packages by what became of them."""

    def for_reading(self) -> PackageQuerySet:
        """With whoever announced and decided, and the ticket with what decides who reads it."""
        return self.select_related("ticket__dossier__content__controller", "ticket__organisation", "announced_by", "decided_by", "replaces")

    def undecided(self) -> PackageQuerySet:
        """Those that wait for the recipient's word."""
        return self.filter(decided_at=None)

    def received(self) -> PackageQuerySet:
        """Those whose data are with the recipient."""
        return self.filter(outcome__in=sorted(RECEIVED))

    def held(self) -> PackageQuerySet:
        """Those that were sent and answered, or fell away: refused or not, their recipient holds them."""
        return self.exclude(outcome="")


class Package(models.Model):
    """One delivery under a ticket, numbered; a refused one is replaced by another, and stays."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="packages")
    number = models.PositiveSmallIntegerField(_("number"))
    is_partial = models.BooleanField(_("a part: the rest is still to come"), default=False)
    is_update = models.BooleanField(_("an update of data delivered before"), default=False)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    #: The name of the space or of the system; never an address with a secret in it.
    place = models.CharField(_("where it was delivered"), max_length=200)
    file_count = models.PositiveIntegerField()
    #: 6.4 TB are 6,400,000,000,000 bytes.
    total_bytes = models.BigIntegerField()
    manifest_sha256 = models.CharField(max_length=64)
    note = models.TextField(_("delivery note"), blank=True)
    salt = models.CharField(max_length=32)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    announced_at = models.DateTimeField()
    announced_by = person()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    #: Codes of `choices.Fault`.
    faults = models.JSONField(default=list, blank=True)
    because = models.TextField(_("why it is refused"), blank=True)
    #: That of the move's line in the journal, which holds the salted hash of these words.
    because_salt = models.CharField(max_length=32, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = person(null=True, blank=True)

    objects: ClassVar[Any] = PackageQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "number"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="package_has_its_number"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(decided_at=None), name="package_one_undecided_per_ticket"),
            models.CheckConstraint(condition=Q(number__gte=1, file_count__gte=1, total_bytes__gte=0), name="package_holds_something"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values) & ~Q(place=""), name="package_says_where_it_went"),
            models.CheckConstraint(condition=Q(manifest_sha256__regex=r"^[0-9a-f]{64}$"), name="package_list_is_hashed"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | Q(outcome__in=Outcome.values, decided_at__isnull=False, decided_at__gte=F("announced_at"), decided_by__isnull=False),
                name="package_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome="refused") & ~Q(because="") | ~Q(outcome="refused") & Q(because="", faults=[]),
                name="package_refused_says_why",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("pk")), name="package_replaces_another"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = package_kept()

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.number}"

    def get_absolute_url(self) -> str:
        """The package's page."""
        return reverse("delivery:package", args=[self.ticket.number, self.number])

    @property
    def is_undecided(self) -> bool:
        """Does it wait for its recipient's word?"""
        return self.decided_at is None

    @property
    def is_received(self) -> bool:
        """Are its data with the recipient?"""
        return self.outcome in RECEIVED

    @property
    def is_held(self) -> bool:
        """Does its recipient hold the data, accepted or not? Until their destruction is confirmed."""
        return bool(self.outcome)


class PackageFile(models.Model):
    """One file of a package: its name, its size where it is known, its checksum."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    size = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["package", "position"]
        constraints = [
            models.UniqueConstraint(fields=["package", "position"], name="package_file_has_its_place"),
            models.UniqueConstraint(fields=["package", "name"], name="package_file_stands_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="package_file_is_counted_from_one"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="package_file_has_its_checksum"),
            models.CheckConstraint(condition=Q(size=None) | Q(size__gte=0), name="package_file_size_is_not_negative"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*written_once("package_file"), *file_within()]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.position}"
