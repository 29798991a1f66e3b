"""The fields of the simulator: what each takes, and the sentence that says what is wrong; what was typed stays in its field."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from fees.simulator.help import help_for
from fees.simulator.limits import most_of
from fees.tariff.facts import FactKind, Type
from fees.tariff.money import plain
from fees.words import number, said
from ui.forms import DayInput

#: Digits, a point or a comma, at most four decimals.
WRITTEN = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,4})?")
SPACES = re.compile(r"[\s\u00a0\u202f]")
#: A code of a country or of an organisation; never a name or a sentence.
CODE = re.compile(r"[A-Za-z0-9-]{1,40}")


class NumberField(forms.CharField):
    """A number of at least 0, written as people write it: “45 000”, “12,5”."""

    def __init__(self, *, most: Decimal, whole: bool, **options: Any) -> None:
        self.most, self.whole = most, whole
        widget = forms.TextInput(attrs={"inputmode": "numeric" if whole else "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, required=False, **options)

    def clean(self, value: Any) -> Decimal | None:
        """The number, None when nothing is written; ValidationError says what is expected."""
        text = SPACES.sub("", str(value or ""))
        if not text:
            return None
        if not WRITTEN.fullmatch(text):
            raise ValidationError(_("Write a number in digits, 0 or more, with at most four decimals."), code="number")
        found = Decimal(text.replace(",", "."))
        if self.whole and found != found.to_integral_value():
            raise ValidationError(_("Write a whole number, without decimals."), code="whole")
        if found > self.most:
            raise ValidationError(_("The simulator takes numbers up to %(most)s."), code="most", params={"most": number(self.most)})
        return Decimal(plain(found))


class DecidedField(NumberField):
    """A value that the staff may choose within bounds; empty when nobody decides anything."""

    def __init__(self, least: Decimal, most: Decimal, **options: Any) -> None:
        super().__init__(most=most, whole=False, **options)
        self.least = least

    def clean(self, value: Any) -> Decimal | None:
        """The value, None when nothing is written; ValidationError says what is expected."""
        found = super().clean(value)
        if found is not None and found < self.least:
            raise ValidationError(_("At least %(least)s.") % {"least": number(self.least)}, code="least")
        return found


class CodeField(forms.CharField):
    """A short code, without spaces."""

    def clean(self, value: Any) -> str:
        """The code, empty when nothing is written; ValidationError says what is expected."""
        text = str(value or "").strip()
        if text and not CODE.fullmatch(text):
            raise ValidationError(_("Write a short code: letters, digits and hyphens only."), code="code")
        return text


YES_NO = (("true", _("Yes")), ("false", _("No")))


def label_of(kind: FactKind) -> str:
    """The label of a fact with its unit: “Estimated days of preparation (days)”."""
    label, unit = said(kind.label), said(kind.unit)
    shown = label[:1].upper() + label[1:]
    return f"{shown} ({unit})" if unit else shown


def field_for(kind: FactKind) -> forms.Field:
    """The field of a fact; none is required by itself: the calculator says what it lacks."""
    told: dict[str, Any] = {"label": label_of(kind), "help_text": help_for(kind.key)}
    if kind.type in (Type.COUNT, Type.NUMBER):
        return NumberField(most=most_of(kind.key), whole=kind.type is Type.COUNT, **told)
    told |= {"required": False}
    if kind.type is Type.BOOLEAN:
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, error_messages=CHOOSE, **told)
    if kind.type is Type.CHOICE:
        options = [("", _("Choose")), *((value, _capital(said(text))) for value, text in kind.options.items())]
        return forms.ChoiceField(choices=options, error_messages=CHOOSE, **told)
    if kind.type is Type.DAY:
        return forms.DateField(widget=DayInput(), **told)
    return CodeField(**told)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


CHOOSE: dict[str, Any] = {"invalid_choice": _("Choose one of the answers offered.")}
