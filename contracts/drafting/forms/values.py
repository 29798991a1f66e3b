"""A field for each type of value that a text holds, and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.text.clean import paragraphs
from contracts.text.values import Type, Value

YES_NO = [("", _("Not known")), ("true", _("Yes")), ("false", _("No"))]
MOST = Decimal("999999999999")


def field_for(kind: Type, label: Any, **given: Any) -> forms.Field:
    """The field in which a value of this type is typed."""
    words = str(label)
    told: dict[str, Any] = {"label": words[:1].upper() + words[1:], "required": False} | given
    several: dict[str, Any] = {"help_text": _("One on each line.")} | told
    if kind is Type.YES_NO:
        return forms.ChoiceField(choices=YES_NO, **told)
    if kind is Type.DAY:
        return forms.DateField(**told)
    if kind in (Type.INTEGER, Type.AMOUNT):
        places = 2 if kind is Type.AMOUNT else 0
        return forms.DecimalField(min_value=Decimal(0), max_value=MOST, decimal_places=places, max_digits=14, localize=True, **told)
    if kind is Type.LIST:
        return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **several)
    if kind is Type.PASSAGE:
        return forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}), **told)
    return forms.CharField(max_length=500, **told)


def typed(kind: Type, value: Value | None) -> Any:
    """A value as its field shows it first."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ("\n" if kind is Type.LIST else "\n\n").join(value)
    return value.normalize() if isinstance(value, Decimal) and kind is Type.INTEGER else value


def said_in(kind: Type, cleaned: Any) -> Any:
    """What a field was given, as texts take it; None for nothing."""
    if cleaned in (None, ""):
        return None
    if kind is Type.YES_NO:
        return cleaned == "true"
    if kind is Type.LIST:
        return tuple(line.strip() for line in cleaned.splitlines() if line.strip())
    return paragraphs(cleaned) if kind is Type.PASSAGE else cleaned


def bounds_of(minimum: str, maximum: str) -> Mapping[str, Any]:
    """What is said of the bounds of a parameter."""
    if minimum and maximum:
        return {"help_text": _("From %(low)s to %(high)s.") % {"low": minimum, "high": maximum}}
    if minimum:
        return {"help_text": _("At least %(low)s.") % {"low": minimum}}
    return {"help_text": _("At most %(high)s.") % {"high": maximum}} if maximum else {}
