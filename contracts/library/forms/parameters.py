"""Rows of parameters in the form of a clause: what may be set of it in each convention."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from contracts.library.condition_words import TYPES
from contracts.text.clauses import Parameter, Text
from contracts.text.values import Type

ROWS = 4
#: A parameter of several paragraphs would be a clause of its own.
OFFERED = (Type.INTEGER, Type.AMOUNT, Type.DAY, Type.TEXT, Type.YES_NO)
CODE = r"^[a-z][a-z0-9_]{0,30}$"


class ParameterRows:
    """The rows of a form that say the parameters of a clause; a row without a code does not count."""

    def __init__(self, form: forms.Form, parameters: tuple[Parameter, ...]) -> None:
        self.form = form
        self.count = max(ROWS, len(parameters))
        for row in range(self.count):
            self._add(row, parameters[row] if row < len(parameters) else None)

    def _add(self, row: int, one: Parameter | None) -> None:
        number = {"number": row + 1}
        code = forms.RegexField(CODE, label=_("Code of parameter %(number)d") % number, required=False, max_length=31)
        code.error_messages["invalid"] = _("A code has small letters, digits and underscores, and begins with a letter.")
        kinds = [(kind.value, TYPES[kind]) for kind in OFFERED]
        self.form.fields[f"parameter_{row}"] = code
        self.form.fields[f"kind_{row}"] = forms.ChoiceField(label=_("Type"), choices=kinds, required=False)
        self.form.fields[f"label_fr_{row}"] = forms.CharField(label=_("Label, in French"), required=False, max_length=120)
        self.form.fields[f"label_en_{row}"] = forms.CharField(label=_("Label, in English"), required=False, max_length=120)
        for name, label in (("default", _("Default")), ("minimum", _("At least")), ("maximum", _("At most"))):
            self.form.fields[f"{name}_{row}"] = forms.CharField(label=label, required=False, max_length=200)
        if one is not None:
            self.form.initial.update({f"parameter_{row}": one.code, f"kind_{row}": one.type.value})
            self.form.initial.update({f"label_fr_{row}": one.label.fr, f"label_en_{row}": one.label.en})
            self.form.initial.update({f"{name}_{row}": getattr(one, name) for name in ("default", "minimum", "maximum")})

    def rows(self) -> Iterator[list[BoundField]]:
        """The fields of each row."""
        names = ("parameter", "kind", "label_fr", "label_en", "default", "minimum", "maximum")
        for row in range(self.count):
            yield [self.form[f"{name}_{row}"] for name in names]

    def read(self) -> tuple[Parameter, ...]:
        """The parameters that the rows say."""
        told = self.form.cleaned_data
        return tuple(self._read(row) for row in range(self.count) if told.get(f"parameter_{row}"))

    def _read(self, row: int) -> Parameter:
        told = self.form.cleaned_data
        label = Text(told.get(f"label_fr_{row}") or told[f"parameter_{row}"], told.get(f"label_en_{row}") or "")
        values = {name: (told.get(f"{name}_{row}") or "").strip() for name in ("default", "minimum", "maximum")}
        return Parameter(told[f"parameter_{row}"], label, Type(told.get(f"kind_{row}") or Type.INTEGER), **values)
