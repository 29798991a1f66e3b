"""The public fiche of a project: a frozen copy of what the dossier said, with the columns that the search needs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.models import Dossier

NUMBER_IS_UNIQUE = "fiche_number_is_unique"


class Status(models.TextChoices):
    """Where a published project stands, worked out from its dates."""

    AUTHORISED = "authorised", _("Authorised, in preparation")
    RUNNING = "running", pgettext_lazy("project", "Under way")
    ENDED = "ended", pgettext_lazy("project", "Ended")


def codes(label: Any) -> ArrayField:
    """A list of stable codes: terms of a vocabulary, or public identifiers of databases."""
    return ArrayField(models.CharField(max_length=60), verbose_name=label, default=list, blank=True)


class FicheQuerySet(models.QuerySet["Fiche"]):
    """Published fiches."""

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

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="fiche")
    number = models.CharField(_("number"), max_length=20)
    real_number = models.CharField(_("number in the national register"), max_length=15, null=True, blank=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    said = models.JSONField(encoder=DjangoJSONEncoder)

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

    authorised_on = models.DateField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    results_on = models.DateField(null=True, blank=True)
    results_due_on = models.DateField(null=True, blank=True)
    suspended = models.BooleanField(default=False)
    is_demonstration = models.BooleanField(default=False)

    # Kept by PostgreSQL itself, so that no write can forget them: every word, and those of the title alone.
    tsv = models.GeneratedField(
        expression=SearchVector("title", "acronym", "number", "real_number", weight="A", config="fr")
        + SearchVector("lay_summary", weight="B", config="fr")
        + SearchVector("body", weight="C", config="fr"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    title_tsv = models.GeneratedField(
        expression=SearchVector("title", "acronym", "number", "real_number", config="fr"), output_field=SearchVectorField(), db_persist=True
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
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["tsv"], fastupdate=False, name="fiche_tsv"),
            GinIndex(fields=["title_tsv"], fastupdate=False, name="fiche_title_tsv"),
            GinIndex(fields=["databases"], name="fiche_databases"),
            models.Index(fields=["-published_at", "-id"], name="fiche_most_recent"),
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
        planned = None if "ends_on" in self.said["generated"] else self.ends_on
        return self.ended_on is None and planned is not None and planned < day


class RegistryState(models.Model):
    """One row: the version of the whole registry, a new number at each publication; searches keep their index under it."""

    version = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="registry_state_has_one_row")]

    def __str__(self) -> str:
        return str(self.version)
