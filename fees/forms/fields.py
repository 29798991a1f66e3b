"""Fields of a tariff: exact numbers as the reader's language writes them, and choices that stay empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms

from fees.tariff.money import plain

Choices = list[tuple[str, Any]]


class ExactField(forms.DecimalField):
    """A number ≥ 0, written with a comma or a point, and never passed through a float."""

    def __init__(self, *, decimals: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(min_value=Decimal(0), max_digits=14, decimal_places=decimals, localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Spaces that set thousands apart are taken away; a point is a decimal point in French too."""
        return super().to_python("".join(value.split()).replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Without needless zeros."""
        return Decimal(plain(value)) if isinstance(value, Decimal) else value


def choices_of(words: Mapping[Any, Any], empty: str | None = None) -> Choices:
    """A closed list as choices, with an empty one in front when asked for."""
    listed = [(str(code.value if hasattr(code, "value") else code), label) for code, label in words.items()]
    return listed if empty is None else [("", empty), *listed]


def one_of(pairs: Iterable[tuple[str, Any]], *, label: Any, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    """A select."""
    return forms.ChoiceField(label=label, choices=list(pairs), required=required, help_text=help_text)
