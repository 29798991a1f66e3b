"""One database that a project asks for: its components and years, its variables, and what in it could point at a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Database
from requests_app.choices import PotentialIdentifier
from requests_app.content import SOURCE_FIELDS, YEARS, DossierSource
from requests_app.forms.content import long_text
from requests_app.forms.fields import WholeField, YesNoField
from ui.forms import DsfrForm

FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Identifier:
    """A potential identifier as the page asks for it: the box, the reasons, and when these concern."""

    box: forms.BoundField
    reasons: forms.BoundField
    when: str


class SourceForm(DsfrForm):
    """One database that the project asks for."""

    marks_optional = False

    components = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Components"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only those that the project needs."),
    )
    year_from = WholeField(label=gettext_lazy("First year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    year_to = WholeField(label=gettext_lazy("Last year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    history_years = WholeField(
        label=gettext_lazy("Historical depth, in years"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("How far back before a person's inclusion their data are needed."),
    )
    population_criteria = long_text(
        gettext_lazy("Criteria in this database"),
        gettext_lazy("If the persons are found otherwise here than the targeting says."),
        max_words=300,
        rows=3,
    )
    variables = long_text(
        gettext_lazy("Variables, or families of variables"),
        gettext_lazy("What is drawn from it: tables, variables, lists of codes. A list may be attached as a piece."),
        max_words=800,
        rows=5,
    )
    justification = long_text(
        gettext_lazy("Why these data"), gettext_lazy("What each of them answers in the project."), max_words=500, rows=4
    )
    professional_identifier = YesNoField(
        label=gettext_lazy("Do you need the identifier of the professionals?"),
        help_text=gettext_lazy("The number of a doctor or a pharmacy, even under a pseudonym."),
    )
    professional_reasons = long_text(
        gettext_lazy("Why the identifier of the professionals"),
        gettext_lazy("If the answer is yes: what could not be studied without it. It will be published."),
        max_words=200,
        rows=3,
    )
    remove = forms.BooleanField(label=gettext_lazy("Take this database out of the dossier"), required=False)

    def __init__(self, data: Any, *, database: Database, present: DossierSource | None) -> None:
        self.database = database
        self.before = said_of(present) if present else {}
        super().__init__(data, prefix=f"source-{database.slug}", initial=self.before | _as_boxes(self.before.get("identifiers", {})))
        self._offer_components()
        for code, label in PotentialIdentifier.choices:
            self.fields[f"has_{code}"] = forms.BooleanField(label=label, required=False)
            words = gettext_lazy("Why it is needed, and why a coarser datum would not do. It will be published.")
            self.fields[f"why_{code}"] = long_text(format_reasons(label), words, max_words=200, rows=2)

    def _offer_components(self) -> None:
        self.by_key = {str(one.pk): one for one in self.database.components.all()}
        chosen = self.initial.get("components", [])
        offered = [one for one in self.by_key.values() if one.active or one.pk in chosen]
        if not offered:
            del self.fields["components"]
            return
        field: Any = self.fields["components"]
        field.choices = [(str(one.pk), one.label) for one in offered]
        field.choice_hints = {str(one.pk): one.description for one in offered}
        field.coerce = self.by_key.__getitem__

    @property
    def heading(self) -> str:
        """What the small form is called where its errors are summed up."""
        return self.database.acronym

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields before the identifiers."""
        names = ("components", *YEARS, "history_years", "population_criteria", "variables", "justification")
        return [self[name] for name in names if name in self.fields]

    @property
    def identifiers(self) -> list[Identifier]:
        """What could point at a person, each with its reasons."""
        return [
            Identifier(self[f"has_{code}"], self[f"why_{code}"], f"{self.add_prefix(f'has_{code}')}=on")
            for code in PotentialIdentifier.values
        ]

    @property
    def professional_when(self) -> str:
        """When the reasons for the professionals' number concern."""
        return f"{self.add_prefix('professional_identifier')}=yes"

    def clean(self) -> dict[str, Any]:
        """The last year comes after the first."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("year_from"), cleaned.get("year_to")
        if first and last and last < first:
            self.add_error("year_to", _("The last year comes before the first."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What may be saved; a field that is not valid keeps the value it had, and so does the year it is compared with."""
        valid = {name: value for name, value in self.cleaned_data.items() if name in ("components", *SOURCE_FIELDS)}
        if not set(YEARS) <= set(valid):
            valid = {name: value for name, value in valid.items() if name not in YEARS}
        components = [self.by_key[str(pk)] for pk in self.before.get("components", []) if str(pk) in self.by_key]
        return {**self.before, "components": components, **valid, "identifiers": self._identifiers(), "database": self.database}

    def _identifiers(self) -> dict[str, str]:
        """The identifiers ticked, each with its reasons; reasons that are refused stay what they were."""
        cleaned, before = self.cleaned_data, self.before.get("identifiers", {})
        ticked = [code for code in PotentialIdentifier.values if cleaned.get(f"has_{code}")]
        return {code: cleaned.get(f"why_{code}", before.get(code, "")) for code in ticked}


def format_reasons(label: Any) -> Any:
    """“Reasons: month and year of birth”, so that each field has a name of its own."""
    return format_lazy("{} – {}", gettext_lazy("Reasons"), label)


def said_of(source: DossierSource) -> dict[str, Any]:
    """What is saved of a database, as the form shows it."""
    return {name: getattr(source, name) for name in SOURCE_FIELDS} | {"components": [one.pk for one in source.components.all()]}


def _as_boxes(identifiers: Mapping[str, str]) -> dict[str, Any]:
    boxes: dict[str, Any] = {f"has_{code}": True for code in identifiers}
    return boxes | {f"why_{code}": reasons for code, reasons in identifiers.items()}
