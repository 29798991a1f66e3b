"""Who carries the project: organisations are chosen among one's own, searched for, or named with a SIREN that is checked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.countries import COUNTRIES
from accounts.identifiers import SirenField
from accounts.models import Organisation
from requests_app import organisations
from requests_app.forms.content import long_text
from requests_app.forms.fields import TermField, YesNoField
from requests_app.forms.section import SectionForm
from requests_app.services import Saved

PARTS = ("search", "name", "country", "siren")


class OrganisationField(forms.TypedChoiceField):
    """One organisation among those that the page offers, or none."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        self.by_key: dict[str, Organisation] = {}
        super().__init__(**{"required": False, "empty_value": None, "coerce": self._organisation, **kwargs})

    def _organisation(self, key: str) -> Organisation:
        return self.by_key[key]

    def offer(self, found: list[Organisation]) -> None:
        """Say which organisations may be chosen, each with what tells it from its namesakes."""
        self.by_key = {str(one.pk): one for one in found}
        self.choices = [(key, one.name) for key, one in self.by_key.items()]
        self.choice_hints = {key: " · ".join(_marks(one)) for key, one in self.by_key.items()}
        self.coerce = self._organisation


def _marks(organisation: Organisation) -> list[str]:
    marks = [_("SIREN %(siren)s") % {"siren": organisation.siren}] if organisation.siren else []
    marks += [organisation.city] if organisation.city else []
    return marks if organisation.verified_at else [*marks, _("not verified yet by the secretariat")]


class Picker:
    """The fields of a form in which one organisation is chosen, searched for, or named."""

    def __init__(self, form: IdentityForm, name: str, label: str | Promise) -> None:
        self.form, self.name, self.label = form, name, label

    @property
    def search_field(self) -> forms.BoundField:
        """The field in which one searches."""
        return self.form[f"{self.name}_search"]

    def fields(self) -> dict[str, forms.Field]:
        """What stands around the choice: a search, and a new organisation."""
        return {
            f"{self.name}_search": forms.CharField(
                label=_("Search another organisation"), required=False, max_length=100, help_text=_("A part of its name, or its SIREN.")
            ),
            f"{self.name}_name": forms.CharField(label=_("Name of the organisation"), required=False, max_length=250),
            f"{self.name}_country": forms.ChoiceField(label=_("Country"), required=False, choices=COUNTRIES, initial="FR"),
            f"{self.name}_siren": SirenField(
                label=_("SIREN"), required=False, help_text=_("Nine digits, for an organisation registered in France.")
            ),
        }

    @property
    def named(self) -> set[int]:
        """The organisation that is saved, and the one just chosen."""
        posted = str(self.form.data.get(self.name, ""))
        return {int(key) for key in (posted, str(self.form.initial[self.name] or "")) if key.isdecimal() and len(key) < 19}

    def offer(self, offered: list[Organisation]) -> None:
        """Offer one's own organisations, those that the page names, and what the search finds."""
        self.found = list(organisations.found_by(self.words)) if self.words else []
        self.form.fields[self.name].offer(list(dict.fromkeys([*offered, *self.found])))  # type: ignore[attr-defined]

    @property
    def words(self) -> str:
        """What was searched for."""
        return str(self.form.data.get(f"{self.name}_search", ""))[:100].replace("\0", "").strip()

    @property
    def has_choices(self) -> bool:
        """Is there anything to choose from?"""
        return bool(self.form.fields[self.name].choices)  # type: ignore[attr-defined]

    @property
    def choice(self) -> forms.BoundField:
        """The list to choose from."""
        return self.form[self.name]

    @property
    def parts(self) -> list[forms.BoundField]:
        """The fields that name an organisation that the list does not hold."""
        return [self.form[f"{self.name}_{part}"] for part in ("name", "country", "siren")]

    @property
    def is_naming(self) -> bool:
        """Has the person begun to name a new organisation?"""
        return bool(self._typed("name") or self._typed("siren"))

    def _typed(self, part: str) -> str:
        return str(self.form.data.get(f"{self.name}_{part}", "")).strip()

    def check(self) -> None:
        """A new organisation has a name and, in France, a SIREN."""
        if not self.is_naming:
            return
        cleaned = self.form.cleaned_data
        if not cleaned.get(f"{self.name}_name"):
            self.form.add_error(f"{self.name}_name", _("Write the name of the organisation."))
        siren, errors = cleaned.get(f"{self.name}_siren"), self.form.errors
        if (cleaned.get(f"{self.name}_country") or "FR") == "FR" and not siren and f"{self.name}_siren" not in errors:
            self.form.add_error(f"{self.name}_siren", _("An organisation registered in France has a SIREN: write it."))

    def settle(self) -> None:
        """Make the organisation that was named the one that is chosen."""
        errors = self.form.errors
        if self.is_naming and not any(f"{self.name}_{part}" in errors for part in PARTS):
            cleaned = self.form.cleaned_data
            name, country, siren = (cleaned[f"{self.name}_{part}"] for part in ("name", "country", "siren"))
            cleaned[self.name] = organisations.named(name=name, country=country or "FR", siren=siren)


class IdentityForm(SectionForm):
    """Who answers for the project, who carries it out, whom to write to."""

    code = "identity"
    headings = {"study_lead": gettext_lazy("Who leads the study"), "dpo_contact": gettext_lazy("Contact and funding")}

    controller = OrganisationField(
        label=gettext_lazy("Controller"), help_text=gettext_lazy("The organisation that decides why and how the data are used.")
    )
    controller_type = TermField("controller_type", label=gettext_lazy("Type of controller"))
    controller_representative = forms.CharField(
        label=gettext_lazy("Representative of the controller"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("First name, last name and function of the person entitled to bind the organisation."),
    )
    controller_is_in_charge = YesNoField(
        label=gettext_lazy("Does the controller also carry out the project?"),
        unanswered=True,
        help_text=gettext_lazy("If not, say below which body does: for example the unit of a university that leads the study."),
    )
    body_in_charge = OrganisationField(label=gettext_lazy("Body in charge of the project"))
    dpo_contact = forms.EmailField(
        label=gettext_lazy("Data protection officer's mailbox"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("The address of the function, not of a person: it is shown to the public. Example: dpo@hospital.fr"),
    )
    study_lead = forms.CharField(
        label=gettext_lazy("Person in charge of the study"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("First name, last name and function of the person who leads the study. It is not published."),
    )
    study_lead_profile = long_text(
        gettext_lazy("Titles, functions and experience of the person in charge"),
        gettext_lazy("Diplomas, post, and the studies of this kind that this person has led. Declared interests go with the pieces."),
        max_words=300,
        rows=4,
    )
    controller_outside_eu = YesNoField(label=gettext_lazy("Is the controller established outside the European Union?"), unanswered=False)
    eu_representative = forms.CharField(
        label=gettext_lazy("Representative in the European Union"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Body appointed under article 27 of the GDPR, and its town. It will be published."),
    )
    laboratory = OrganisationField(
        label=gettext_lazy("Research laboratory or study firm"),
        help_text=gettext_lazy("The body that works on the data in your place and has filed its commitment with the CNIL."),
    )
    laboratory_commitment = forms.CharField(
        label=gettext_lazy("Commitment of the laboratory"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Number and date of its commitment to the framework of 17 July 2017, as filed with the CNIL."),
    )
    purposes_impossible = long_text(
        gettext_lazy("Proof that the forbidden purposes are impossible"),
        gettext_lazy(
            "If no laboratory stands between you and the data: what makes promotion and insurance pricing impossible in practice."
        ),
        max_words=500,
        rows=4,
    )
    sponsor = OrganisationField(
        label=gettext_lazy("Sponsor, or public body that asked for the project"),
        help_text=gettext_lazy("If somebody else asked for it. If nobody did, leave it empty."),
    )
    funding = forms.CharField(
        label=gettext_lazy("Funding"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who pays for the project, and under which call if there is one. If you have none, leave it empty."),
    )

    def furnish(self) -> None:
        """Put the fields around each organisation."""
        self.picker_of = {name: Picker(self, name, field.label or "") for name, field in self._organisation_fields().items()}
        named = set().union(*(picker.named for picker in self.pickers))
        offered = list(organisations.offered_to(self.user, also=named))
        for picker in self.pickers:
            self.fields |= picker.fields()
            picker.offer(offered)

    def _organisation_fields(self) -> dict[str, forms.Field]:
        return {name: field for name, field in self.fields.items() if isinstance(field, OrganisationField)}

    @property
    def pickers(self) -> list[Picker]:
        """The organisations that a dossier names."""
        return list(self.picker_of.values())

    def clean(self) -> dict[str, Any]:
        """Check the organisations that are being named."""
        cleaned: dict[str, Any] = super().clean() or {}
        for picker in self.pickers:
            picker.check()
        return cleaned

    @transaction.atomic
    def save(self, *, by: Any, at: datetime) -> Saved:
        """Save, with the organisations that were named; a body in charge beside the controller is forgotten when there is none."""
        for picker in self.pickers:
            picker.settle()
        if self.cleaned_data.get("controller_is_in_charge"):
            self.cleaned_data["body_in_charge"] = None
        return super().save(by=by, at=at)

    def save_in_passing(self, *, by: Any, at: datetime) -> Saved:
        """While typing, no organisation is created: its name is not finished yet."""
        return super().save(by=by, at=at)
