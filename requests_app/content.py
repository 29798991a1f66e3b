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
from questionnaires.models import Version
from questionnaires.reading import AnswerChapter, chapters
from requests_app.choices import DataForm, Hosting, Information

#: What a filed version does not freeze: how the draft was written, and what comes after the project.
NOT_FILED = frozenset({"dossier", "revisions", "saved_at", "results", "publications", "answers_set_aside"})

#: The key under which a filed version lists its pieces: beside what the content says, and not part of it.
PIECES = "pieces"

#: The years for which a database is asked, which a snapshot holds as one pair.
YEARS = ("year_from", "year_to")
#: What is said of each database asked for, its components aside.
SOURCE_FIELDS = (
    *YEARS,
    "history_years",
    "population_criteria",
    "variables",
    "identifiers",
    "professional_identifier",
    "professional_reasons",
    "justification",
)


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
    controller_outside_eu = models.BooleanField(_("controller established outside the European Union"), default=False)
    eu_representative = models.TextField(_("representative in the European Union"), blank=True)
    sponsor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sponsor, or public body that asked for it")
    )
    laboratory = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("research laboratory or study firm")
    )
    laboratory_commitment = models.CharField(_("commitment of the laboratory, as filed with the CNIL"), max_length=120, blank=True)
    purposes_impossible = models.TextField(_("proof that the forbidden purposes are impossible"), blank=True)
    study_lead = models.CharField(_("person in charge of the study"), max_length=200, blank=True)
    study_lead_profile = models.TextField(_("titles, functions and experience of the person in charge"), blank=True)

    # why
    title = models.CharField(_("title"), max_length=300, blank=True)
    acronym = models.CharField(_("acronym"), max_length=60, blank=True)
    lay_summary = models.TextField(_("summary for everyone"), blank=True)
    purpose = term("purpose", _("purpose"))
    objectives = terms("objective", _("objectives pursued"))
    domains = terms("domain", _("medical domains"))
    aims = models.TextField(_("questions asked, main and secondary"), blank=True)
    method = models.TextField(_("method of observation and analysis"), blank=True)
    earlier_opinions = models.TextField(_("earlier opinions of scientific or ethics bodies"), blank=True)
    public_interest = models.TextField(_("public interest"), blank=True)
    expected_benefits = models.TextField(_("expected benefits"), blank=True)
    forbidden_purposes_excluded = models.BooleanField(_("forbidden purposes are excluded"), default=False)
    single_decision_reasons = models.TextField(_("why one decision for several processings"), blank=True)
    ethics = models.TextField(_("ethical aspects"), blank=True)

    # which data
    population = models.TextField(_("population"), blank=True)
    population_size = models.PositiveIntegerField(_("number of persons, roughly"), null=True, blank=True)
    inclusion_from = models.DateField(_("start of inclusion"), null=True, blank=True)
    inclusion_to = models.DateField(_("end of inclusion"), null=True, blank=True)
    targeting = models.TextField(_("targeting criteria"), blank=True)
    databases = models.ManyToManyField(Database, through="DossierSource", blank=True, related_name="+")
    other_sources = models.TextField(_("other sources"), blank=True)
    data_categories = terms("data_category", _("other data categories"))
    matching = models.BooleanField(_("sources are matched"), null=True, blank=True)
    matching_kind = term("matching_kind", _("kind of matching"))
    matching_method = models.TextField(_("how the sources are matched"), blank=True)
    data_form = models.CharField(_("form of the data"), max_length=20, choices=DataForm.choices, blank=True)
    data_form_reasons = models.TextField(_("why this form is needed"), blank=True)

    # where, and under which protection
    hosting = models.CharField(_("where the data are analysed"), max_length=20, choices=Hosting.choices, blank=True)
    hosting_name = models.CharField(_("name and place of the system"), max_length=300, blank=True)
    hosting_in_eu = models.BooleanField(_("hosted in the European Union, under its law alone"), null=True, blank=True)
    security = models.TextField(_("security measures"), blank=True)
    tools = models.TextField(_("software and computing power"), blank=True)
    recipients = models.TextField(_("recipients of the data"), blank=True)

    # the persons whose data these are
    information = models.CharField(_("information of the persons"), max_length=20, choices=Information.choices, blank=True)
    information_how = models.TextField(_("how the persons are informed, or why a derogation"), blank=True)
    opt_out_exception = models.TextField(_("exception to the right to object, and why"), blank=True)

    # who will work on the data
    people = models.JSONField(_("persons with access to the data"), default=list, blank=True)

    # how long, under which law
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField(_("retention of the data, in years"), null=True, blank=True)
    legal_basis_6 = term("legal_basis_6", _("legal basis (GDPR, article 6)"))
    legal_basis_9 = term("legal_basis_9", _("condition for health data (GDPR, article 9)"))
    transfers_outside_eu = models.BooleanField(_("data are transferred outside the European Union"), default=False)
    transfers_detail = models.TextField(_("countries and guarantees of the transfers"), blank=True)
    automated_decision = models.BooleanField(_("decisions are taken by automated means"), default=False)
    automated_decision_detail = models.TextField(_("automated decisions and their safeguards"), blank=True)
    access_months = models.PositiveSmallIntegerField(_("access to the data, in months"), null=True, blank=True)
    milestones = models.TextField(_("steps of the project"), blank=True)
    results_plan = models.TextField(_("publication of the results"), blank=True)

    # the questions that the secretariat owns
    questionnaire = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("questionnaire"))
    answers = models.JSONField(_("answers to the questionnaire"), default=dict, blank=True)
    answers_set_aside = models.JSONField(_("answers set aside"), default=list, blank=True)

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
            models.CheckConstraint(
                condition=Q(inclusion_from=None) | Q(inclusion_to=None) | Q(inclusion_to__gte=F("inclusion_from")),
                name="content_inclusion_in_order",
            ),
            models.CheckConstraint(condition=Q(access_months=None) | Q(access_months__lte=600), name="content_access_is_plausible"),
            models.CheckConstraint(condition=Q(data_form="") | Q(data_form__in=DataForm.values), name="content_data_form_is_known"),
            models.CheckConstraint(condition=Q(hosting="") | Q(hosting__in=Hosting.values), name="content_hosting_is_known"),
            models.CheckConstraint(
                condition=Q(information="") | Q(information__in=Information.values), name="content_information_is_known"
            ),
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

    @property
    def answer_chapters(self) -> list[AnswerChapter]:
        """The secretariat's questions with their answers in words, for the pages that show the whole content."""
        return chapters(self.questionnaire.definition, self.answers) if self.questionnaire else []

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
        plain = [f for f in self._meta.concrete_fields if f.name not in NOT_FILED]
        said: dict[str, Any] = {field.attname: getattr(self, field.attname) for field in plain}
        for name in ("objectives", "domains", "data_categories"):
            said[name] = sorted(one.code for one in self.chosen(name))
        said["sources"] = [source.snapshot() for source in self.sources_used()]
        kept: dict[str, Any] = json.loads(json.dumps(said, cls=DjangoJSONEncoder))
        return kept

    @staticmethod
    def digest(snapshot: dict[str, Any]) -> str:
        """SHA-256 of a snapshot, over JSON with sorted keys; in which order the databases were added does not count.

        The pieces of a version do not either: each is kept with a fingerprint of its own.
        """
        told = {name: value for name, value in snapshot.items() if name != PIECES}
        told["sources"] = sorted(snapshot["sources"], key=lambda source: str(source["database"]))
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def completed(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What a snapshot says of the content, with the fields that the form has gained since it was taken, empty as they were then."""
    empty = {field.attname: field.get_default() for field in Content._meta.concrete_fields if field.name not in NOT_FILED}
    sources = [DossierSource.nothing_said() | row for row in snapshot["sources"]]
    return {name: value for name, value in {**empty, **snapshot, "sources": sources}.items() if name != PIECES}


class DossierSource(models.Model):
    """One database that a project asks for: its components, its years, and why."""

    content = models.ForeignKey(Content, models.CASCADE, related_name="sources")
    database = models.ForeignKey(Database, models.PROTECT, related_name="+", verbose_name=_("database"))
    components = models.ManyToManyField(Component, blank=True, related_name="+", verbose_name=_("components"))
    year_from = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    justification = models.TextField(_("why these data"), blank=True)
    history_years = models.PositiveSmallIntegerField(_("historical depth, in years"), null=True, blank=True)
    population_criteria = models.TextField(_("population criteria in this database"), blank=True)
    variables = models.TextField(_("variables or families of variables"), blank=True)
    #: Potential identifiers asked for (`choices.PotentialIdentifier`), each with its justification, empty while a draft lacks it.
    identifiers = models.JSONField(_("potential identifiers"), default=dict, blank=True)
    professional_identifier = models.BooleanField(_("identifier of the professionals"), null=True, blank=True)
    professional_reasons = models.TextField(_("why the identifier of the professionals"), blank=True)

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

    @staticmethod
    def nothing_said() -> dict[str, Any]:
        """How a database of which nothing more is said tells itself in a snapshot."""
        plain = [field for field in DossierSource._meta.concrete_fields if field.name in SOURCE_FIELDS and field.name not in YEARS]
        return {"components": [], "years": [None, None]} | {field.name: field.get_default() for field in plain}

    def snapshot(self) -> dict[str, Any]:
        """What is asked for, with codes."""
        return {
            "database": self.database.slug,
            "components": sorted(component.code for component in self.components.all()),
            "years": [self.year_from, self.year_to],
            "justification": self.justification,
            "history_years": self.history_years,
            "population_criteria": self.population_criteria,
            "variables": self.variables,
            "identifiers": self.identifiers,
            "professional_identifier": self.professional_identifier,
            "professional_reasons": self.professional_reasons,
        }
