"""The sections that say how the project is run: hosting and security, rights of the persons, calendar and law."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.choices import Hosting, Information
from requests_app.forms.content import long_text, require_order
from requests_app.forms.fields import TermField, WholeField, YesNoField
from requests_app.forms.section import SectionForm


def one_of(choices: Any, label: Any, help_text: Any = "") -> forms.ChoiceField:
    """A choice among a few that the procedure fixes, all in sight."""
    return forms.ChoiceField(choices=choices, label=label, help_text=help_text, required=False, widget=forms.RadioSelect)


class ProtectionForm(SectionForm):
    """Where the data are, and who may see them."""

    code = "protection"
    headings = {"recipients": _("Recipients and transfers")}

    hosting = one_of(Hosting.choices, _("Where are the data analysed?"))
    hosting_name = forms.CharField(
        label=_("Name and place of the system"),
        required=False,
        max_length=300,
        help_text=_(
            "Its name, who runs it, in which country it stands, and since when it conforms to the framework. It will be published."
        ),
    )
    hosting_in_eu = YesNoField(
        label=_("Is it hosted in the European Union, under its law alone?"),
        help_text=_("Also think of the provider's parent company."),
    )
    security = long_text(
        _("Security measures"),
        _("How people sign in, who checks what leaves, how traces are kept, how an incident is reported."),
        max_words=500,
        rows=5,
    )
    tools = long_text(
        _("Software and computing power"),
        _("Languages, software, memory, graphics processors: what the project space must hold."),
        max_words=200,
        rows=3,
    )
    recipients = long_text(
        _("Recipients of the data"),
        _("Organisations whose staff will see the data at the level of persons, processors included, and why each of them."),
        max_words=300,
        rows=4,
    )
    transfers_outside_eu = YesNoField(
        label=_("Will data leave the European Union?"),
        unanswered=False,
        help_text=_("Also if somebody outside the Union can see them at a distance."),
    )
    transfers_detail = long_text(
        _("Countries and guarantees of the transfers"),
        _("Each country, who receives the data there, and on which guarantee: adequacy, standard clauses. It will be published."),
        max_words=300,
        rows=4,
    )


class PersonsForm(SectionForm):
    """What the persons are told, and what they can do."""

    code = "persons"

    information = one_of(
        Information.choices,
        _("How do the persons learn that their data are used?"),
        _("The rule is individual information; a derogation needs reasons and public information in its place."),
    )
    information_how = long_text(
        _("What they are told, and where"),
        _(
            "The notice, its channel and its date; for a derogation, why individual information is impossible or out of proportion. "
            "It will be published."
        ),
        max_words=500,
        rows=5,
    )
    opt_out_exception = long_text(
        _("Exception to the right to object"),
        _("If the persons cannot object: on which text this rests, and why. If they can, leave it empty."),
        max_words=300,
        rows=3,
    )
    automated_decision = YesNoField(
        label=_("Will decisions about persons be taken by automated means alone?"), unanswered=False, help_text=_("GDPR, article 22.")
    )
    automated_decision_detail = long_text(
        _("Automated decisions and their safeguards"),
        _("What is decided, by which logic, and how a person can have it reviewed. It will be published."),
        max_words=300,
        rows=4,
    )


class CalendarForm(SectionForm):
    """How long, and under which law."""

    code = "calendar"
    together = (("starts_on", "ends_on"),)
    headings = {"legal_basis_6": _("Legal framework")}

    starts_on = forms.DateField(label=_("Start of the project"), required=False)
    ends_on = forms.DateField(
        label=_("End of the project"), required=False, help_text=_("The day on which access to the data is no longer needed.")
    )
    access_months = WholeField(
        label=_("Access to the data, in months"),
        required=False,
        min_value=1,
        max_value=600,
        help_text=_("From the day on which they are open to you, in whole months."),
    )
    retention_years = WholeField(
        label=_("Retention of the data, in years"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=_("From the day on which they are made available, in whole years. No longer than the purpose needs."),
    )
    milestones = long_text(
        _("Steps of the project"),
        _("One a line, with its month: first extraction, end of the analyses, first publication. They will be published."),
        max_words=300,
        rows=5,
    )
    results_plan = long_text(
        _("Publication of the results"),
        _("Where and when they will be published, favourable or not, and how the persons will hear of them. It will be published."),
        max_words=300,
        rows=4,
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

    def clean(self) -> dict[str, Any]:
        """The end comes after the start."""
        cleaned: dict[str, Any] = super().clean() or {}
        require_order(self, cleaned, "starts_on", "ends_on", _("The end comes before the start."))
        return cleaned
