"""Facts that a person enters: a field for each fact that the grids ask for, by its type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.quotes.services.telling_facts import WHOLE, Part, Work, declare_facts, last_entries, log_work, settle_facts
from fees.quotes.states import Origin
from fees.tariff.dto import Source
from fees.tariff.facts import FACTS, FactKind, Type
from fees.words import said
from requests_app.forms.base import MoveForm
from requests_app.models import Dossier

YES_NO = [("", _("Not known")), ("true", _("Yes")), ("false", _("No"))]


def field_of(kind: FactKind) -> forms.Field:
    """The field in which a fact is entered; empty means not known."""
    label = said(kind.label)[:1].upper() + said(kind.label)[1:]
    unit = said(kind.unit)
    told: dict[str, Any] = {"label": label, "required": False}
    if kind.type is Type.BOOLEAN:
        return forms.ChoiceField(choices=YES_NO, **told)
    if kind.type is Type.CHOICE:
        return forms.ChoiceField(choices=[("", _("Not known")), *((key, said(words)) for key, words in kind.options.items())], **told)
    if kind.type in (Type.COUNT, Type.NUMBER):
        told |= {
            "help_text": _("In %(unit)s.") % {"unit": unit} if unit else "",
            "min_value": Decimal(0),
            "max_value": Decimal("9999999999"),
        }
        return forms.DecimalField(decimal_places=0 if kind.type is Type.COUNT else 4, max_digits=14, localize=True, **told)
    return forms.DateField(**told) if kind.type is Type.DAY else forms.CharField(max_length=200, **told)


def is_declared(key: str) -> bool:
    """May the applicant's team declare this fact?"""
    return key in FACTS and FACTS[key].source is Source.DECLARED


class FactsForm(MoveForm):
    """The facts that the grids ask for and the content does not hold."""

    marks_optional = False
    origin = Origin.DECLARED

    def __init__(self, data: Any = None, *, dossier: Dossier, keys: Iterable[str], part: Part = WHOLE) -> None:
        self.dossier, self.part = dossier, part
        self.keys = [key for key in keys if key in FACTS]
        self.held = last_entries(dossier, self.origin, part)
        super().__init__(data, initial={name_of(key): self.held.get(key, "") for key in self.keys})
        for key in self.keys:
            self.fields[name_of(key)] = field_of(FACTS[key])
        self.places = {key: name_of(key) for key in self.keys}

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep what was said, and say whether it was done."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """What was entered, by fact; None for what is not known."""
        return {key: self._value(key) for key in self.keys}

    def _value(self, key: str) -> Any:
        value = self.cleaned_data.get(name_of(key))
        return None if value in (None, "") else value

    @property
    def rows(self) -> list[Any]:
        """The fields of the facts, in their order."""
        return [self[name_of(key)] for key in self.keys]


class DeclaredForm(FactsForm):
    """What the applicant's team declares."""

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep what was declared, and say whether it was done."""
        return self.attempt(lambda: declare_facts(self.dossier, self.values(), by=by, at=at, part=self.part))


class SettledForm(FactsForm):
    """What the fee manager settles, with the reason."""

    origin = Origin.ASSESSED

    def __init__(self, data: Any = None, *, dossier: Dossier, keys: Iterable[str], part: Part = WHOLE) -> None:
        super().__init__(data, dossier=dossier, keys=keys, part=part)
        chosen: list[Any] = [field for field in self.fields.values() if isinstance(field, forms.ChoiceField)]
        for field in chosen:
            field.choices = [("", _("Not settled")), *list(field.choices)[1:]]
        help_text = _("The applicant reads it beside the facts that you change. For example: letter of 3 March, certificate seen.")
        self.fields["reason"] = forms.CharField(
            label=_("On what these facts rest"), help_text=help_text, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
        )

    def save(self, *, by: Any, at: datetime) -> bool:
        """Keep what was settled, and say whether it was done."""
        reason = self.cleaned_data["reason"]
        return self.attempt(lambda: settle_facts(self.dossier, self.values(), reason, by=by, at=at, part=self.part))


def name_of(key: str) -> str:
    """The name of the field of a fact."""
    return key.replace(".", "__")


class WorkForm(MoveForm):
    """Work that was done on a line of a grid."""

    line = forms.ChoiceField(label=_("Line of the grid"), choices=[])
    quantity = forms.DecimalField(
        label=_("Quantity"),
        help_text=_("In the unit of the line; a negative number corrects what was noted too much."),
        max_digits=14,
        decimal_places=4,
        localize=True,
    )
    done_on = forms.DateField(label=_("Done on"))
    note = forms.CharField(label=_("What was done"), max_length=300)

    def __init__(self, data: Any = None, *, dossier: Dossier, lines: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.dossier = dossier
        choice: Any = self.fields["line"]
        choice.choices = list(lines)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Note the work, and say whether it was done."""
        said_ = self.cleaned_data
        grid, _slash, line = said_["line"].partition("/")
        work = Work(grid, line, said_["quantity"], said_["done_on"], said_["note"])
        return self.attempt(lambda: log_work(self.dossier, work, by=by, at=at))
