"""The public fiche of a project: a frozen copy of what the dossier said, with the columns that the search needs."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.finding.tables import FacetCode, FacetSnapshot, FicheSearch, FicheWords, SearchWord  # noqa: F401 (the models of the app)
from requests_app.models import Dossier

NUMBER_IS_UNIQUE = "fiche_number_is_unique"


class Status(models.TextChoices):
    """Where a published project stands, worked out from its dates."""

    AUTHORISED = "authorised", _("Authorised, in preparation")
    RUNNING = "running", pgettext_lazy("project", "Under way")
    ENDED = "ended", pgettext_lazy("project", "Ended")


class Origin(models.TextChoices):
    """Where a fiche comes from, which says who may change it."""

    DOSSIER = "dossier", _("A dossier of the single window")
    DECLARATION = "declaration", _("A public declaration")
    IMPORT = "import", _("Taken over from the former register")
    GENERATED = "generated", _("Generated, to measure the registry")


class Kind(models.TextChoices):
    """What a version of a fiche is."""

    PUBLISHED = "published", _("Published")
    CHANGED = "changed", _("Changed")
    WITHDRAWN = "withdrawn", _("Withdrawn from the registry")
    RESTORED = "restored", _("Published again")


def codes(label: Any) -> ArrayField:
    """A list of stable codes: terms of a vocabulary, or public identifiers of databases."""
    return ArrayField(models.CharField(max_length=60), verbose_name=label, default=list, blank=True)


class FicheQuerySet(models.QuerySet["Fiche"]):
    """Published fiches."""

    def live(self) -> FicheQuerySet:
        """Those that the public reads: one that was withdrawn is but a tombstone."""
        return self.filter(live=True)

    def known_as(self, number: str) -> Fiche | None:
        """The fiche of this number: ours, or the one that the national register gave; None for any other text."""
        wanted = number.upper()
        if not re.fullmatch(r"(DEMO-)?[FT][0-9]{14}", wanted, re.ASCII):
            return None
        return self.filter(number=wanted).first() or self.filter(real_number=wanted).first()

    def drawing_on(self, database: str) -> FicheQuerySet:
        """The projects that use a database, by its public identifier."""
        return self.filter(databases__contains=[database])


class Fiche(models.Model):
    """What the public reads of an authorised project; only `publication` writes it."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, blank=True, related_name="fiche")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.DOSSIER)
    #: Its place in the order of first publication, from 0, without a hole, never given again: also its bit in the sets of the search.
    pos = models.PositiveIntegerField()
    #: False once it was withdrawn: its address then tells when and why.
    live = models.BooleanField(default=True)
    #: The version of the whole registry under which the row was last written.
    state_version = models.BigIntegerField(default=0)
    number = models.CharField(_("number"), max_length=20)
    real_number = models.CharField(_("number in the national register"), max_length=15, null=True, blank=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    said = models.JSONField(encoder=DjangoJSONEncoder)
    #: What the secretariat added beside the dossier: data of `said` that it does not know, such as the English title.
    added = models.JSONField(default=dict, blank=True)

    title = models.CharField(max_length=300)
    acronym = models.CharField(max_length=60, blank=True)
    lay_summary = models.TextField()
    body = models.TextField(blank=True)  # every other word that a search may find
    sort_key = models.CharField(max_length=370)  # the heading without case nor accents
    controller_name = models.CharField(max_length=250)

    objectives = codes(_("objectives pursued"))
    domains = codes(_("medical domains"))
    data_categories = codes(_("data categories"))
    databases = codes(_("databases"))
    controller_type = models.CharField(max_length=60, blank=True)
    matching = models.BooleanField(default=False)
    procedure = models.CharField(max_length=20, blank=True)
    opinion = models.CharField(max_length=40, blank=True)

    authorised_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    results_on = models.DateField(null=True, blank=True)
    results_due_on = models.DateField(null=True, blank=True)
    suspended = models.BooleanField(default=False)
    is_demonstration = models.BooleanField(default=False)
    #: For its completeness on any day, written by PostgreSQL: how many data are asked for anyway, how many of them it gives, whether its
    #: end is asked for once it has come (1 or 0), and whether it tells results. The questions are those of `completeness`.
    scored = models.GeneratedField(
        expression=models.Func("said", function="registry_scored"),
        output_field=ArrayField(models.SmallIntegerField()),
        db_persist=True,
    )

    objects = FicheQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name=NUMBER_IS_UNIQUE),
            models.UniqueConstraint(fields=["real_number"], name="fiche_real_number_is_unique"),
            models.CheckConstraint(condition=Q(number__regex=r"^(DEMO-)?F[0-9]{14}$"), name="fiche_number_is_well_formed"),
            models.CheckConstraint(
                condition=Q(real_number=None) | Q(real_number__regex=r"^[FT][0-9]{14}$"), name="fiche_real_number_is_well_formed"
            ),
            models.CheckConstraint(
                condition=Q(is_demonstration=False) | Q(number__startswith="DEMO-"), name="fiche_demonstration_says_so_in_its_number"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(lay_summary=""), name="fiche_has_its_public_core"),
            models.CheckConstraint(condition=Q(updated_at__gte=models.F("published_at")), name="fiche_updated_after_its_publication"),
            models.UniqueConstraint(fields=["pos"], name="fiche_place_is_given_once"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="fiche_origin_is_known"),
            models.CheckConstraint(condition=~Q(origin="dossier") | Q(dossier__isnull=False), name="fiche_of_a_dossier_has_one"),
            models.CheckConstraint(
                condition=~Q(origin="dossier") | Q(authorised_on__isnull=False), name="fiche_of_a_dossier_is_authorised"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["databases"], name="fiche_databases"),
            models.Index(fields=["-published_at", "-id"], name="fiche_most_recent"),
            models.Index(fields=["sort_key", "pos"], name="fiche_by_title"),
            models.Index(fields=["updated_at"], name="fiche_last_changed"),
            # What the secretariat reads over, and whose results it awaits: few rows among a million that were generated or are done.
            models.Index(
                fields=["origin", "-updated_at", "-id"], condition=Q(live=True) & ~Q(origin="generated"), name="fiche_to_read_over"
            ),
            models.Index(fields=["results_due_on", "id"], condition=Q(live=True, results_on=None), name="fiche_results_awaited"),
        ]
        # What finds a fiche (`finding.tables`) is written with it, whoever writes it.
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="fiche_is_searched",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="PERFORM registry_index(NEW.pos, NEW.pos); RETURN NULL;",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The stable public address."""
        return reverse("registry:fiche", args=[self.number])

    @property
    def heading(self) -> str:
        """“ACRONYM – title”."""
        return "\u00a0– ".join(part for part in (self.acronym, self.title) if part)

    def status_on(self, day: date) -> Status:
        """The status on a day: ended once its end has come, under way once the data are open, else in preparation."""
        if self.ended_on is not None and self.ended_on <= day:
            return Status.ENDED
        if self.opened_on is not None and self.opened_on <= day:
            return Status.RUNNING
        return Status.AUTHORISED

    def results_are_overdue_on(self, day: date) -> bool:
        """Has the period for publishing results (clock K-RES) passed without any?"""
        return self.results_on is None and self.results_due_on is not None and self.results_due_on < day

    def end_is_undeclared_on(self, day: date) -> bool:
        """Has the planned end, if it is a real one, passed although nobody has declared the project ended?"""
        planned = None if "ends_on" in self.said.get("generated", ()) else self.ends_on
        return self.ended_on is None and planned is not None and planned < day


def _digest_of(version: FicheVersion) -> str:
    return hashlib.sha256(version.canonical).hexdigest()


class FicheVersion(models.Model):
    """What a fiche said from one moment on, kept for ever: each publication, change, withdrawal and return is one more row."""

    fiche = models.ForeignKey(Fiche, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    #: The act that it follows, as a code: a move of the dossier, or what was done to the fiche itself.
    because = models.CharField(max_length=40)
    #: Why, in words for the public; compulsory when a fiche is withdrawn.
    reason = models.TextField(blank=True)
    said = models.JSONField(encoder=DjangoJSONEncoder)
    #: SHA-256 of `canonical`, in hexadecimal.
    sha256 = models.CharField(max_length=64, editable=False)
    state_version = models.BigIntegerField()

    class Meta:
        ordering = ["fiche", "number"]
        constraints = [
            models.UniqueConstraint(fields=["fiche", "number"], name="fiche_version_once_per_number"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="fiche_version_kind_is_known"),
            models.CheckConstraint(condition=~Q(kind="withdrawn") | ~Q(reason=""), name="fiche_version_withdrawn_with_a_reason"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="fiche_version_has_its_digest"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state_version", "id"], name="fiche_version_in_order")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="fiche_version_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.fiche_id}/{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sha256 = self.sha256 or _digest_of(self)
        super().save(*args, **kwargs)

    @property
    def canonical(self) -> bytes:
        """The version as the bytes that are digested: JSON in UTF-8, names sorted, no space, instants in UTC (after RFC 8785)."""
        told = {
            "format": 1,
            "number": self.fiche.number,
            "version": self.number,
            "kind": self.kind,
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "because": self.because,
            "reason": self.reason,
            "said": self.said,
        }
        return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class RegistryState(models.Model):
    """One row: the version of the whole registry, a new number at each publication; searches keep their index under it."""

    #: Drawn when the row is made: the numbers of a registry that was emptied or restored are not those of the one before.
    epoch = models.UUIDField(db_default=RandomUUID(), editable=False)
    version = models.BigIntegerField()
    #: Up to where the words of the fiches were taken in, for mistyped ones to be mended.
    words_epoch = models.UUIDField(null=True, editable=False)
    words_version = models.BigIntegerField(null=True, editable=False)
    #: Have the fiches of before said their suspension and national number? From then on one that shows them and does not say them is wrong.
    beside_told = models.BooleanField(db_default=False, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="registry_state_has_one_row")]

    def __str__(self) -> str:
        return str(self.version)
