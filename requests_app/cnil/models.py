"""What passes between a dossier and the CNIL: what was transmitted, what it attests by its silence, what it asks for, who is committed."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from files.models import KeptFile
from requests_app.models import Act, Attachment, Dossier
from workflow.models import JournalLine


def kept_path(kept: Any, name: str) -> str:
    """A name that says nothing, so that no address can be guessed."""
    return f"cnil/{secrets.token_hex(16)}{name[name.rfind('.') :]}"


class PaperKind(models.TextChoices):
    """What the room numbers."""

    SLIP = "slip", _("Transmission slip")
    ATTESTATION = "attestation", _("Attestation of tacit authorisation")


class Series(models.Model):
    """The last number given to a kind of paper in a year: whoever numbers a paper holds this row until the paper stands."""

    kind = models.CharField(max_length=12, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["kind", "year"]
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="cnil_series_once_per_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Transmission(models.Model):
    """One transmission of a dossier to the CNIL: its numbered slip, the file that goes with it, and the day on which it was received."""

    class Kind(models.TextChoices):
        FIRST = "first", _("Complete file")
        COMPLEMENTS = "complements", pgettext_lazy("transmission", "Complements")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="transmissions")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, unique=True)
    #: The line of the journal that says who transmitted, and when.
    line = models.OneToOneField(JournalLine, models.PROTECT, related_name="+")
    received_on = models.DateField(_("received by the CNIL on"))
    receipt_noted_at = models.DateTimeField(null=True, blank=True)
    receipt_noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    asked_at = models.DateTimeField()
    packed_at = models.DateTimeField(null=True, blank=True)
    failed_because = models.TextField(blank=True)
    slip = models.FileField(upload_to=kept_path, max_length=200, blank=True)
    slip_sha256 = models.CharField(max_length=64, blank=True)
    package = models.FileField(upload_to=kept_path, max_length=200, blank=True)
    package_sha256 = models.CharField(max_length=64, blank=True)
    package_size = models.PositiveBigIntegerField(default=0)
    #: What the file holds, as its own manifest says it: name and SHA-256 of each entry, and what was left out.
    manifest = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["dossier", "asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["first", "complements"]), name="transmission_kind_is_known"),
            models.CheckConstraint(
                condition=Q(receipt_noted_at=None, receipt_noted_by=None)
                | Q(receipt_noted_at__isnull=False, receipt_noted_by__isnull=False),
                name="transmission_receipt_noted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(packed_at=None) | (~Q(package="") & ~Q(slip="") & Q(failed_because="")),
                name="transmission_packed_has_its_files",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_under_way(self) -> bool:
        """Is the file still being made?"""
        return self.packed_at is None and not self.failed_because

    @property
    def left_out(self) -> list[dict[str, str]]:
        """The pieces that are not in the file, each with the reason."""
        return list(self.manifest.get("left_out", []))

    @property
    def entries(self) -> list[dict[str, str]]:
        """What is in the file."""
        return list(self.manifest.get("entries", []))


class Attestation(models.Model):
    """The paper that attests what the CNIL's silence meant."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="tacit_attestations")
    line = models.OneToOneField(JournalLine, models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40, unique=True)
    file = models.FileField(upload_to=kept_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.number


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations, by what is left to do."""

    def open(self) -> ObligationQuerySet:
        """Those that are neither met nor withdrawn."""
        return self.filter(met_at=None, withdrawn_at=None)

    def due_by(self, day: date) -> ObligationQuerySet:
        """Those open whose day has come, or comes until that day."""
        return self.open().filter(due_on__lte=day)


class Obligation(models.Model):
    """One condition of an authorisation, with the day until which it has to be met; met with words and, if there is one, a piece."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="obligations")
    number = models.PositiveSmallIntegerField(_("number"))
    words = models.TextField(_("what the CNIL asks for"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    #: The act whose words laid it down; none for one that was written by hand.
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    met_on = models.DateField(_("met on"), null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    met_words = models.TextField(_("how it was met"), blank=True)
    evidence = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.CharField(max_length=32, blank=True)

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)
    reminded_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="obligation_number_once_per_dossier"),
            models.CheckConstraint(condition=~Q(words=""), name="obligation_says_something"),
            models.CheckConstraint(
                condition=Q(met_at=None, met_by=None, met_on=None)
                | (Q(met_at__isnull=False, met_by__isnull=False, met_on__isnull=False) & ~Q(met_words="")),
                name="obligation_met_by_somebody_with_words",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, met_at=None) & ~Q(withdrawn_because="")),
                name="obligation_withdrawn_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(met_at=None, withdrawn_at=None), name="obligation_open_due")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.number}"

    @property
    def is_open(self) -> bool:
        """Is it still to be met?"""
        return self.met_at is None and self.withdrawn_at is None

    def is_late(self, today: date) -> bool:
        """Has its day passed?"""
        return self.is_open and self.due_on is not None and self.due_on < today


class Methodology(models.TextChoices):
    """The reference methodologies to which a controller commits once for all its projects."""

    MR004 = "mr004", _("Reference methodology MR-004")
    MR005 = "mr005", _("Reference methodology MR-005")
    MR006 = "mr006", _("Reference methodology MR-006")


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Commitments, for a list."""

    def for_list(self) -> CommitmentQuerySet:
        """With what a list shows of each: the controller, who verified it, and how many projects rest on it."""
        rows = self.select_related("organisation", "verified_by").annotate(projects=models.Count("uses"))
        return rows.order_by("organisation__name", "methodology", "-committed_on", "pk")


class Commitment(models.Model):
    """The commitment of one controller to one methodology: made once, it serves its next projects."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="commitments", verbose_name=_("Controller"))
    methodology = models.CharField(_("Methodology"), max_length=10, choices=Methodology.choices)
    number = models.CharField(_("Number of the commitment"), max_length=60)
    committed_on = models.DateField(_("Date of the commitment"))
    verified_at = models.DateTimeField()
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(_("Ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "methodology", "-committed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "methodology"], condition=Q(ended_on=None), name="commitment_one_in_force_per_controller"
            ),
            models.UniqueConstraint(fields=["methodology", "number"], name="commitment_number_is_of_one_controller"),
            models.CheckConstraint(condition=Q(methodology__in=["mr004", "mr005", "mr006"]), name="commitment_methodology_is_known"),
            models.CheckConstraint(condition=~Q(number=""), name="commitment_has_a_number"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None) | Q(ended_on__isnull=False, ended_by__isnull=False),
                name="commitment_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CommitmentUse(models.Model):
    """A project that rests on a commitment of its controller."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="commitment_use")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="uses")

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.commitment_id}"


class DecisionList(models.Model):
    """A list of decisions that somebody sent as a file: its lines as they were read, and what became of each; the same file is kept once
    for each sender."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: The lines as read: number of the line, its columns, and the faults of its own.
    lines = models.JSONField(default=list)
    #: What became of the lines that were applied: line → {dossier, at, by} or {refused}.
    report = models.JSONField(default=dict, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["sent_by", "sha256"], name="decision_list_kept_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the list."""
        return reverse("cnil:list", args=[self.pk])

    @property
    def is_recorded_in_part(self) -> bool:
        """Was a decision of it recorded?"""
        return any(told.get("done") for told in self.report.values())


def paper_path(paper: ListPaper, filename: str) -> str:
    """Where the paper of a list is stored: under a name that says nothing and cannot be guessed."""
    return f"cnil/listes/{paper.storage_name}"


class ListPaper(KeptFile):
    """The paper of the CNIL from which somebody transcribed a list: it names many dossiers, so it is a piece of none of them."""

    decisions = models.OneToOneField(DecisionList, models.PROTECT, related_name="paper")
    file = models.FileField(upload_to=paper_path, max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(KeptFile.Meta):
        abstract = False
        ordering = ["decisions", "id"]

    def __str__(self) -> str:
        return f"{self.decisions_id}/{self.pk}"
