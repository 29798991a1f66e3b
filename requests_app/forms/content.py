"""The sections whose fields stand by themselves: the project, its purpose, its calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import TermField, TermsField, YesNoField
from requests_app.forms.section import SectionForm
from ui.forms import WordsField


def long_text(label: Any, help_text: Any, *, max_words: int = 1000, rows: int = 8) -> WordsField:
    """A text that may be left empty in a draft."""
    return WordsField(label=label, help_text=help_text, required=False, max_words=max_words, rows=rows)


class ProjectForm(SectionForm):
    """What the project is about."""

    code = "project"

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


class CalendarForm(SectionForm):
    """How long, and under which law."""

    code = "calendar"
    together = (("starts_on", "ends_on"),)

    starts_on = forms.DateField(label=_("Start of the project"), required=False)
    ends_on = forms.DateField(
        label=_("End of the project"), required=False, help_text=_("The day on which access to the data is no longer needed.")
    )
    retention_years = forms.IntegerField(
        label=_("Retention of the data, in years"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=_("From the day on which they are made available, in whole years. No longer than the purpose needs."),
    )
    legal_basis_6 = TermField(
        "legal_basis_6",
        label=_("Legal basis (GDPR, article 6)"),
        help_text=_("Public bodies mostly rely on a task in the public interest, others on a legitimate interest."),
    )
    legal_basis_9 = TermField(
        "legal_basis_9",
        label=_("Condition for health data (GDPR, article 9)"),
        help_text=_("Mostly scientific research, or public interest in the field of public health."),
    )
    transfers_outside_eu = YesNoField(
        label=_("Will data leave the European Union?"),
        unanswered=False,
        help_text=_("Also if somebody outside the Union can see them at a distance."),
    )
    automated_decision = YesNoField(
        label=_("Will decisions about persons be taken by automated means alone?"), unanswered=False, help_text=_("GDPR, article 22.")
    )

    def clean(self) -> dict[str, Any]:
        """The end comes after the start."""
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The end comes before the start."))
        return cleaned


PLAIN_FORMS: dict[str, type[SectionForm]] = {form.code: form for form in (ProjectForm, PurposeForm, CalendarForm)}
