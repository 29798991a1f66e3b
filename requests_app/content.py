"""What a dossier says: typed fields, asked once, that feed the registry, and later fees, tickets and conventions."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Component, Database, Level, Term


def term(vocabulary: str, label: Any, **options: Any) -> Any:
    """A choice in a vocabulary that administrators keep."""
    return models.ForeignKey(
        Term,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        limit_choices_to={"vocabulary": vocabulary},
        **options,
    )


def terms(vocabulary: str, label: Any) -> Any:
    """Several choices in a vocabulary."""
    return models.ManyToManyField(Term, blank=True, related_name="+", verbose_name=label, limit_choices_to={"vocabulary": vocabulary})


def _citation(one: dict[str, Any]) -> str:
    """One publication in one line: what it is, where it came out, when."""
    named = ", ".join(filter(None, [one.get("title") or one.get("ref"), one.get("reference") or one.get("venue")]))
    return f"{named} ({one['year']})" if one.get("year") else named


class Content(models.Model):
    """The content of a dossier as it stands now; filed versions are frozen beside it.

    Each section of the form has a revision number, so that two people who write in the same one are told.
    """

    dossier = models.OneToOneField("requests_app.Dossier", models.CASCADE, primary_key=True, related_name="content")

    # who
    controller = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("controller"))
    controller_type = term("controller_type", _("type of controller"))
    controller_representative = models.CharField(_("representative of the controller"), max_length=200, blank=True)
    controller_is_in_charge = models.BooleanField(_("the controller also carries out the project"), default=True)
    body_in_charge = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("body in charge of the project")
    )
    dpo_contact = models.EmailField(_("data protection officer's mailbox"), blank=True)
    funding = models.TextField(_("funding"), blank=True)

    # why
    title = models.CharField(_("title"), max_length=300, blank=True)
    acronym = models.CharField(_("acronym"), max_length=60, blank=True)
    lay_summary = models.TextField(_("summary for everyone"), blank=True)
    purpose = term("purpose", _("purpose"))
    objectives = terms("objective", _("objectives pursued"))
    domains = terms("domain", _("medical domains"))
    public_interest = models.TextField(_("public interest"), blank=True)
    expected_benefits = models.TextField(_("expected benefits"), blank=True)
    forbidden_purposes_excluded = models.BooleanField(_("forbidden purposes are excluded"), default=False)

    # which data
    population = models.TextField(_("population"), blank=True)
    databases = models.ManyToManyField(Database, through="DossierSource", blank=True, related_name="+")
    other_sources = models.TextField(_("other sources"), blank=True)
    data_categories = terms("data_category", _("other data categories"))
    matching = models.BooleanField(_("sources are matched"), null=True, blank=True)
    matching_kind = term("matching_kind", _("kind of matching"))

    # how long, under which law
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField(_("retention of the data, in years"), null=True, blank=True)
    legal_basis_6 = term("legal_basis_6", _("legal basis (GDPR, article 6)"))
    legal_basis_9 = term("legal_basis_9", _("condition for health data (GDPR, article 9)"))
    transfers_outside_eu = models.BooleanField(_("data are transferred outside the European Union"), default=False)
    automated_decision = models.BooleanField(_("decisions are taken by automated means"), default=False)

    # what came out
    results = models.TextField(_("results"), blank=True)
    publications = models.JSONField(_("publications"), default=list, blank=True)

    revisions = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="content_ends_after_its_start"
            ),
            models.CheckConstraint(condition=Q(retention_years=None) | Q(retention_years__lte=50), name="content_retention_is_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}"

    @property
    def citations(self) -> list[dict[str, str]]:
        """The publications as a page or a form names them, whatever their source called the parts."""
        return [{"title": _citation(one), "url": one.get("url", "")} for one in self.publications]

    @property
    def heading(self) -> str:
        """“ACRONYM – title”, as far as either is known."""
        return " – ".join(part for part in (self.acronym, self.title) if part)

    def chosen(self, field: str) -> list[Term]:
        """The terms chosen in a field with several, read once."""
        cache = self.__dict__.setdefault("_chosen", {})
        if field not in cache:
            cache[field] = list(getattr(self, field).all())
        return list(cache[field])

    def sources_used(self) -> list[DossierSource]:
        """The databases asked for, with their components, read once."""
        if "_sources" not in self.__dict__:
            prefetched = "sources" in getattr(self, "_prefetched_objects_cache", {})
            rows = self.sources.all() if prefetched else self.sources.select_related("database").prefetch_related("components")
            self.__dict__["_sources"] = list(rows)
        return list(self.__dict__["_sources"])

    def forget(self) -> None:
        """Forget what was read once, after a change."""
        self.__dict__.pop("_chosen", None)
        self.__dict__.pop("_sources", None)

    def uses_some_source(self) -> bool:
        """Is any source named, in the catalogue or outside?"""
        return bool(self.other_sources.strip()) or bool(self.sources_used())

    def uses_catalogue_bases(self) -> bool:
        """Is a database of the catalogue asked for?"""
        return any(source.database.level == Level.CATALOGUE for source in self.sources_used())

    def draws_on_national_data(self) -> bool:
        """Does the project need data of the main database or of the catalogue?"""
        return any(source.database.level in (Level.MAIN, Level.CATALOGUE) for source in self.sources_used())

    def snapshot(self) -> dict[str, Any]:
        """Everything the content says, with codes and ids, in a form that JSON holds and that compares."""
        plain = [f for f in self._meta.concrete_fields if f.name not in {"dossier", "revisions", "saved_at", "results", "publications"}]
        said: dict[str, Any] = {field.attname: getattr(self, field.attname) for field in plain}
        for name in ("objectives", "domains", "data_categories"):
            said[name] = sorted(one.code for one in self.chosen(name))
        said["sources"] = [source.snapshot() for source in self.sources_used()]
        kept: dict[str, Any] = json.loads(json.dumps(said, cls=DjangoJSONEncoder))
        return kept

    @staticmethod
    def digest(snapshot: dict[str, Any]) -> str:
        """SHA-256 of a snapshot, over JSON with sorted keys; in which order the databases were added does not count."""
        told = snapshot | {"sources": sorted(snapshot["sources"], key=lambda source: str(source["database"]))}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class DossierSource(models.Model):
    """One database that a project asks for: its components, its years, and why."""

    content = models.ForeignKey(Content, models.CASCADE, related_name="sources")
    database = models.ForeignKey(Database, models.PROTECT, related_name="+", verbose_name=_("database"))
    components = models.ManyToManyField(Component, blank=True, related_name="+", verbose_name=_("components"))
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    justification = models.TextField(_("why these data"), blank=True)

    class Meta:
        ordering = ["content", "id"]
        constraints = [
            models.UniqueConstraint(fields=["content", "database"], name="source_once_per_dossier"),
            models.CheckConstraint(
                condition=Q(year_from=None) | Q(year_to=None) | Q(year_to__gte=F("year_from")), name="source_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_id} {self.database_id}"

    def snapshot(self) -> dict[str, Any]:
        """What is asked for, with codes."""
        return {
            "database": self.database.slug,
            "components": sorted(component.code for component in self.components.all()),
            "years": [self.year_from, self.year_to],
            "justification": self.justification,
        }
