"""The sections of a declaration, in their order: what, what for, which data, who, on which law, how long, what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.countries import COUNTRIES
from catalogue.models import Component, Database, Level
from registry.editing.forms.section import CodeField, CodesField, SectionForm, choice, line, text, yes_no
from registry.frameworks import FRAMEWORKS_OF
from registry.lint import Remark
from requests_app.choices import Hosting, Information, PotentialIdentifier


class AboutForm(SectionForm):
    """What is declared, and in which words everybody understands it."""

    code = "projet"
    heading = _("What is declared")

    procedure = choice([], _("Regulatory framework"))
    authorisation_number = line(
        _("Number of the commitment or of the authorisation"), _("As the CNIL gave it, for example 2212345."), longest=40
    )
    authorised_on = forms.DateField(label=_("Day of the commitment or of the authorisation"), required=False)
    title = line(_("Full title"), _("Without abbreviations, and not in capitals."), longest=300)
    acronym = line(_("Acronym or short name"), longest=60)
    lay_summary = text(
        _("Summary for everyone"),
        _("Why, on whom, with which data, for what benefit: short sentences, no acronym that is not explained, 40 to 350 words."),
        max_words=350,
        rows=9,
    )
    title_en = line(_("Title in English"), longest=300)
    lay_summary_en = text(_("Summary in English"), max_words=350, rows=6)

    def furnish(self) -> None:
        """Offer the frameworks of what is declared; one alone is chosen already."""
        offered: Any = self.fields["procedure"]
        offered.choices = [(one.value, one.label) for one in FRAMEWORKS_OF[self.declaration.kind]]
        if len(offered.choices) == 1:
            self.initial.setdefault("procedure", offered.choices[0][0])


class PurposeForm(SectionForm):
    """What for."""

    code = "finalites"
    heading = _("What for?")

    purpose = CodeField("purpose", label=_("Purpose allowed by law"), widget=forms.RadioSelect)
    objectives = CodesField("objective", label=_("Objectives pursued"))
    domains = CodesField("domain", label=_("Medical domains"))
    public_interest = text(_("Public interest"), _("What the project brings to all, and not to its controller alone."))
    expected_benefits = text(_("Expected benefits"), _("For patients, professionals, public decisions; by when."), max_words=300)


class DataForm(SectionForm):
    """Which data, of whom, where."""

    code = "donnees"
    heading = _("Which data?")
    shown_when = {
        "matching_kind": "matching=yes",
        "matching_method": "matching=yes",
        "professional_reasons": "professionals=yes",
        "hosting_name": "hosting=other",
    }

    population = text(_("People concerned"), _("Whose data: ages, conditions, place, period."), max_words=300)
    databases = forms.MultipleChoiceField(label=_("Databases used"), required=False, widget=forms.CheckboxSelectMultiple)
    components = forms.MultipleChoiceField(
        label=_("Components of the main database of the SNDS"), required=False, widget=forms.CheckboxSelectMultiple
    )
    year_from = forms.IntegerField(label=_("First year of the data"), required=False, min_value=1950, max_value=2100)
    year_to = forms.IntegerField(label=_("Last year of the data"), required=False, min_value=1950, max_value=2100)
    other_sources = text(_("Other sources"), _("A cohort, a register, a hospital's own data: what it is, and who holds it."), max_words=300)
    data_categories = CodesField("data_category", label=_("Data categories"))
    matching = yes_no(_("Are data on the same person brought together from several sources (matching)?"))
    matching_kind = CodeField("matching_kind", label=_("Kind of matching"), widget=forms.RadioSelect)
    matching_method = text(_("How the sources are matched"), max_words=300, rows=3)
    identifiers = forms.MultipleChoiceField(
        label=_("Sensitive variables used"), choices=PotentialIdentifier.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    identifiers_reasons = text(_("Why these sensitive variables are needed"), max_words=300, rows=3)
    professionals = yes_no(_("Is the identification number of health professionals used?"))
    professional_reasons = text(_("Why this number is needed"), max_words=300, rows=3)
    hosting = choice(Hosting.choices, _("Where the data are analysed"))
    hosting_name = line(_("Name and place of the system"), longest=300)

    def furnish(self) -> None:
        """Offer the databases of the catalogue, and the components of the main one."""
        databases: Any = self.fields["databases"]
        databases.choices = [(one.slug, one.label) for one in Database.objects.active().alphabetical()]
        components: Any = self.fields["components"]
        found = Component.objects.filter(database__level=Level.MAIN, active=True).order_by("position", "pk")
        components.choices = [(one.code, one.label) for one in found]


class ActorsForm(SectionForm):
    """Who answers for it, who carries it out, who is written to."""

    code = "acteurs"
    heading = _("Who is responsible?")
    shown_when = {"body_in_charge": "controller_is_in_charge=no"}

    controller_name = line(
        _("Controller"),
        _("The body that answers for the processing. A person who answers alone is told as “Personne physique”, without a name."),
    )
    controller_city = line(_("Town"), _("The town only, without a street."), longest=120)
    controller_country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES, required=False, initial="FR")
    controller_type = CodeField("controller_type", label=_("Type of controller"))
    eu_representative = line(
        _("Representative in the European Union"), _("If the controller is established outside the European Union."), longest=300
    )
    other_controllers = text(_("Other controllers"), _("One body a line, if several answer together."), max_words=200, rows=3)
    controller_is_in_charge = yes_no(_("Does the controller carry out the project itself?"))
    body_in_charge = line(_("Body in charge of the project"))
    other_bodies = text(_("Other bodies that fund the project or take part in it"), _("One body a line."), max_words=300, rows=3)
    dpo_mailbox = forms.EmailField(
        label=_("Mailbox of the data protection officer"),
        help_text=_("That of the function, such as dpo@organisation.fr; it is published. Expected format: name@domain.fr"),
        required=False,
    )


class LawForm(SectionForm):
    """On which law it rests, and how the persons learn of it."""

    code = "droit"
    heading = _("On which law, and with which rights?")
    shown_when = {"transfers_detail": "transfers_outside_eu=yes", "automated_decision_detail": "automated_decision=yes"}

    legal_basis_6 = CodeField("legal_basis_6", label=_("Legal basis (GDPR, article 6)"), widget=forms.RadioSelect)
    legal_basis_9 = CodeField("legal_basis_9", label=_("Condition for health data (GDPR, article 9)"), widget=forms.RadioSelect)
    transfers_outside_eu = yes_no(_("Do data leave the European Union?"))
    transfers_detail = text(_("Countries and guarantees of the transfers"), max_words=300, rows=3)
    automated_decision = yes_no(_("Are decisions on persons taken by automated means?"))
    automated_decision_detail = text(_("Automated decisions and their safeguards"), max_words=300, rows=3)
    information = choice(Information.choices, _("How are the persons informed?"))
    information_how = text(_("How the persons are informed, in words"), max_words=300, rows=3)
    rights = text(
        _("Rights of the persons"), _("Which rights, with whom, how: access, rectification, objection. Without naming a person."), rows=4
    )
    opt_out_exception = text(_("Exception to the right to object"), _("If there is one, and why."), max_words=300, rows=3)


class TimeForm(SectionForm):
    """How long."""

    code = "calendrier"
    heading = _("How long?")

    starts_on = forms.DateField(
        label=_("Start"), required=False, help_text=_("The law asks for the declaration before the start; a later one is shown as late.")
    )
    ends_on = forms.DateField(label=_("Planned end"), required=False)
    retention_years = forms.IntegerField(label=_("Retention of the data: years"), required=False, min_value=0, max_value=50)
    retention_months = forms.IntegerField(
        label=_("Retention of the data: months"), required=False, min_value=0, max_value=11, help_text=_("Beside the years, if any.")
    )
    milestones = text(_("Steps"), _("One a line, with its month."), max_words=300, rows=3)
    results_plan = text(_("Publication of the results"), _("Where and when, favourable or not."), max_words=300, rows=3)

    def clean(self) -> dict[str, Any]:
        """The end does not stand before the start."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The end stands before the start."))
        return cleaned


class OutcomeForm(SectionForm):
    """What came of it: written once the project has ended, or as results come."""

    code = "suites"
    heading = _("What came of it?")

    ended_on = forms.DateField(label=_("Ended on"), required=False, help_text=_("Leave it empty while the project goes on."))
    method = text(_("Method"), _("As the law asks, with what lets one judge whether the results hold."))
    results = text(_("Results"), _("Favourable or not, in words that everybody understands."))
    publications = forms.CharField(
        label=_("Publications"),
        help_text=_("One a line: title | DOI or address | year."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


SECTIONS: tuple[type[SectionForm], ...] = (AboutForm, PurposeForm, DataForm, ActorsForm, LawForm, TimeForm, OutcomeForm)
BY_CODE: dict[str, type[SectionForm]] = {section.code: section for section in SECTIONS}


def section_of(remark: Remark) -> type[SectionForm] | None:
    """The section in which a remark is mended."""
    return next((section for section in SECTIONS if section.holds(remark)), None)
