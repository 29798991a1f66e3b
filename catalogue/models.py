"""What a project may draw on: databases with their components, and the controlled vocabularies.

Unknown stays unknown: an empty controller is a fact to show, never a gap to fill by guessing. Which rights people have on a database is
told by an upper floor (`rights/entitlements`), on the page of the database too.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.querysets import DatabaseQuerySet, TermQuerySet


class Vocabulary(models.TextChoices):
    """The lists of values that forms, filters and the registry share."""

    PURPOSE = "purpose", _("Purposes allowed by law")
    OBJECTIVE = "objective", _("Objectives pursued")
    DOMAIN = "domain", _("Medical domains")
    DATA_CATEGORY = "data_category", _("Data categories")
    CONTROLLER_TYPE = "controller_type", _("Types of controller")
    MATCHING_KIND = "matching_kind", _("Kinds of matching")
    LEGAL_BASIS_6 = "legal_basis_6", _("Legal bases (GDPR, article 6)")
    LEGAL_BASIS_9 = "legal_basis_9", _("Conditions for health data (GDPR, article 9)")
    BENEFIT = "benefit", _("Expected benefits")


class SourceStatus(models.TextChoices):
    """How sure the origin of a value is."""

    SEEN = "seen", _("Found in the source")
    PROPOSED = "proposed", _("Proposed by the operator")
    TO_CONFIRM = "to_confirm", _("To be confirmed")


class Level(models.TextChoices):
    """Where a database stands with regard to the national health data system."""

    MAIN = "main", _("Main database of the SNDS")
    CATALOGUE = "catalogue", _("Catalogue of the SNDS")
    WAREHOUSE = "warehouse", _("Health data warehouse")
    OUTSIDE = "outside", _("Outside the catalogue")


class Confidence(models.TextChoices):
    """How sure the name of a controller is; empty when no controller is known."""

    HIGH = "high", _("Well established")
    MEDIUM = "medium", _("Likely, to be confirmed")
    LOW = "low", _("Uncertain, to be checked")


def in_language(thing: models.Model, field: str) -> str:
    """The text of a bilingual field in the reader's language, in French when the English is missing."""
    french = str(getattr(thing, f"{field}_fr"))
    if (get_language() or "fr").startswith("en"):
        return str(getattr(thing, f"{field}_en")) or french
    return french


class Reference(models.Model):
    """A row brought by the data files of the project; once edited by an administrator it is theirs, with all that hangs on it."""

    edited_at = models.DateTimeField(_("edited on"), null=True, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True


class Term(Reference):
    """One value of a vocabulary, with the document it comes from."""

    vocabulary = models.CharField(_("vocabulary"), max_length=20, choices=Vocabulary.choices)
    code = models.SlugField(_("code"), max_length=60)
    label_fr = models.CharField(_("label in French"), max_length=200)
    label_en = models.CharField(_("label in English"), max_length=200, blank=True)
    description_fr = models.TextField(_("description in French"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    source = models.CharField(_("source"), max_length=200)
    source_status = models.CharField(_("reliability of the source"), max_length=10, choices=SourceStatus.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("may be chosen"), default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["vocabulary", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "code"], name="term_code_once_per_vocabulary"),
            models.CheckConstraint(condition=Q(vocabulary__in=Vocabulary.values), name="term_vocabulary_is_known"),
            models.CheckConstraint(condition=~Q(label_fr=""), name="term_has_a_french_label"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return in_language(self, "label")

    @property
    def description(self) -> str:
        """The description in the reader's language."""
        return in_language(self, "description")


class Database(Reference):
    """A database that projects may ask for: who answers for it, on what subject."""

    slug = models.SlugField(_("public identifier"), max_length=60, unique=True)
    acronym = models.CharField(_("acronym"), max_length=60)
    name_fr = models.CharField(_("name in French"), max_length=250, blank=True)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True)
    theme_fr = models.CharField(_("subject in French"), max_length=200, blank=True)
    theme_en = models.CharField(_("subject in English"), max_length=200, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    controller_name = models.CharField(_("controller"), max_length=250, null=True, blank=True)
    controller_confidence = models.CharField(_("how sure the controller is"), max_length=6, choices=Confidence.choices, blank=True)
    controller_source = models.CharField(_("source of the controller"), max_length=250, blank=True)
    #: The organisation whose agents answer for the database on this site; none while nobody was named.
    holder = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("organisation that holds it")
    )
    order_year = models.PositiveSmallIntegerField(_("year of the order"), null=True, blank=True)
    order_date = models.DateField(_("date of the order"), null=True, blank=True)
    order_source = models.CharField(_("source of the order"), max_length=250, blank=True)
    notes_fr = models.TextField(_("notes in French"), blank=True)
    notes_en = models.TextField(_("notes in English"), blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    first_year = models.PositiveSmallIntegerField(_("first year covered"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("last year covered"), null=True, blank=True)
    active = models.BooleanField(_("shown in the catalogue"), default=True)

    objects = DatabaseQuerySet.as_manager()

    class Meta:
        ordering = ["acronym", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="database_level_is_known"),
            models.CheckConstraint(condition=~Q(controller_name=""), name="database_controller_is_null_when_unknown"),
            models.CheckConstraint(
                condition=Q(controller_name__isnull=False) | Q(controller_confidence=""), name="database_confidence_needs_a_controller"
            ),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True) | Q(last_year__isnull=True) | Q(first_year__lte=models.F("last_year")),
                name="database_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """The full name in the reader's language, empty when no source spells the acronym out."""
        return in_language(self, "name")

    @property
    def label(self) -> str:
        """The acronym, followed by the name when it is known."""
        return f"{self.acronym} – {self.name}" if self.name else self.acronym

    @property
    def theme(self) -> str:
        """The subject in the reader's language."""
        return in_language(self, "theme")

    @property
    def notes(self) -> str:
        """The notes in the reader's language."""
        return in_language(self, "notes")

    def get_absolute_url(self) -> str:
        """The public page of the database."""
        return reverse("catalogue:database", args=[self.slug])


class Component(models.Model):
    """A part of a database that may be asked for by itself, such as the causes of death in the main database."""

    database = models.ForeignKey(Database, on_delete=models.CASCADE, related_name="components", verbose_name=_("database"))
    code = models.SlugField(_("code"), max_length=60)
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    description_fr = models.TextField(_("description in French"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("may be chosen"), default=True)

    class Meta:
        ordering = ["database", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["database", "code"], name="component_code_once_per_database")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self, "name")

    @property
    def description(self) -> str:
        """The description in the reader's language."""
        return in_language(self, "description")


class CategoryMapping(models.Model):
    """Which data category a database, or one of its components, brings into a project that uses it."""

    database = models.ForeignKey(
        Database, on_delete=models.CASCADE, null=True, blank=True, related_name="category_mappings", verbose_name=_("database")
    )
    component = models.ForeignKey(
        Component, on_delete=models.CASCADE, null=True, blank=True, related_name="category_mappings", verbose_name=_("component")
    )
    category = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="category_mappings", verbose_name=_("data category"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(database__isnull=False, component__isnull=True) | Q(database__isnull=True, component__isnull=False),
                name="mapping_has_one_origin",
            ),
            models.UniqueConstraint(fields=["database", "category"], name="mapping_once_per_database"),
            models.UniqueConstraint(fields=["component", "category"], name="mapping_once_per_component"),
        ]

    def __str__(self) -> str:
        return f"{self.component or self.database} → {self.category}"


def categories_of(databases: Any, components: Any) -> models.QuerySet[Term]:
    """The data categories that a set of databases and components brings, without repeats."""
    origin = Q(category_mappings__database__in=databases) | Q(category_mappings__component__in=components)
    return Term.objects.of(Vocabulary.DATA_CATEGORY).filter(origin).distinct()
