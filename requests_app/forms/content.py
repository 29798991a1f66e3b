"""The sections that say what the project is: the project, its purpose, its population."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import TermField, TermsField, WholeField
from requests_app.forms.section import SectionForm
from ui.forms import WordsField


def long_text(label: Any, help_text: Any, *, max_words: int = 1000, rows: int = 8) -> WordsField:
    """A text that may be left empty in a draft."""
    return WordsField(label=label, help_text=help_text, required=False, max_words=max_words, rows=rows)


def require_order(form: forms.BaseForm, cleaned: dict[str, Any], first: str, last: str, sentence: Any) -> None:
    """Enter an error beside the last day when it comes before the first."""
    begins, ends = cleaned.get(first), cleaned.get(last)
    if begins and ends and ends < begins:
        form.add_error(last, sentence)


class ProjectForm(SectionForm):
    """What the project is about."""

    code = "project"
    headings = {"aims": _("The scientific part"), "earlier_opinions": _("Opinions and ethics")}

    title = forms.CharField(
        label=_("Full title"),
        required=False,
        max_length=300,
        help_text=_("As it should stand in the public register, without abbreviations."),
    )
    acronym = forms.CharField(label=_("Acronym or short name"), required=False, max_length=60, help_text=_("If the project has one."))
    lay_summary = long_text(
        _("Summary for everyone"),
        _(
            "What question the project asks, with which data, and what may come of it, for somebody who works neither in health "
            "nor in data. At least 200 characters. It will be published."
        ),
        max_words=500,
        rows=10,
    )
    objectives = TermsField("objective", label=_("Objectives pursued"), help_text=_("One or more."))
    domains = TermsField("domain", label=_("Medical domains"), help_text=_("Those that the project really studies."))
    aims = long_text(
        _("Questions asked"),
        _("The main question first, then the secondary ones, each in a sentence that an analysis can answer."),
        max_words=500,
        rows=6,
    )
    method = long_text(
        _("Method of observation and analysis"),
        _("Kind of study, groups compared, outcome, main analysis, what is done about bias. It will be published with the results."),
    )
    earlier_opinions = long_text(
        _("Earlier opinions"),
        _("Committees that have looked at the project: scientific council, ethics committee, warehouse committee; date and sense."),
        max_words=300,
        rows=3,
    )
    ethics = long_text(
        _("Ethical aspects"),
        _("Consent, vulnerable persons, incidental findings, return to the persons: what the project meets, and how."),
        max_words=500,
        rows=4,
    )


class PurposeForm(SectionForm):
    """Why the law allows it."""

    code = "purpose"

    purpose = TermField(
        "purpose",
        label=_("Purpose"),
        widget=forms.RadioSelect,
        help_text=_("The one that describes the project best, among the six of the public health code (article L1461-1, III)."),
    )
    public_interest = long_text(
        _("Why the project is of public interest"),
        _("For whom the answer matters, beyond those who carry the project, and what will be made public."),
    )
    expected_benefits = long_text(
        _("Expected benefits"), _("For patients, for care, for public decision: what could change, and when."), max_words=500, rows=5
    )
    forbidden_purposes_excluded = forms.BooleanField(
        label=_(
            "I attest that the data will be used neither to promote health products to professionals and establishments, "
            "nor to exclude people from an insurance or change its price."
        ),
        required=False,
        help_text=_("Public health code, article L1461-1, V."),
    )
    single_decision_reasons = long_text(
        _("Why one decision for several processings"),
        _("The processings that it covers, and how they share purpose, data and recipients."),
        max_words=500,
        rows=5,
    )


class PopulationForm(SectionForm):
    """Whose data, and how they are found."""

    code = "population"
    together = (("inclusion_from", "inclusion_to"),)

    population = long_text(
        _("Population"),
        _("Whose data: ages, conditions, place, period; those compared with them, if any. It will be published."),
        max_words=500,
        rows=5,
    )
    population_size = WholeField(
        label=_("Number of persons, roughly"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        help_text=_("An order of magnitude is enough, in figures: 400 000."),
    )
    inclusion_from = forms.DateField(
        label=_("Start of inclusion"), required=False, help_text=_("The first day on which a person may enter the study population.")
    )
    inclusion_to = forms.DateField(label=_("End of inclusion"), required=False, help_text=_("The last one."))
    targeting = long_text(
        _("Targeting criteria"),
        _("The codes that find the persons: diagnoses, procedures, medicines, their number and period. Lists may be attached as a piece."),
        max_words=800,
        rows=6,
    )

    def clean(self) -> dict[str, Any]:
        """The inclusion ends after its start."""
        cleaned: dict[str, Any] = super().clean() or {}
        require_order(self, cleaned, "inclusion_from", "inclusion_to", _("The end of inclusion comes before its start."))
        return cleaned
