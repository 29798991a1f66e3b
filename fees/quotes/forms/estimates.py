"""What a holder estimates: three figures for each quantity that only they know."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.quotes.facts import last_figures
from fees.quotes.models import EstimateRequest
from fees.quotes.services.estimating import MOST, Figure, give
from fees.tariff.facts import FACTS
from fees.words import said
from requests_app.forms.base import MoveForm

BOUNDS = (("low", _("At least")), ("likely", _("Likely")), ("high", _("At most")))


class EstimateForm(MoveForm):
    """The three figures of each quantity, with what they depend on."""

    binding = forms.BooleanField(label=_("We keep to the upper figures unless the request changes"), required=False)
    valid_until = forms.DateField(label=_("The estimate holds until"), required=False)

    def __init__(self, data: Any = None, *, estimate: EstimateRequest) -> None:
        self.estimate = estimate
        self.keys = sorted(estimate.asked)
        given = last_figures(estimate)
        super().__init__(data, initial=_initial(given))
        for key in self.keys:
            for bound, label in BOUNDS:
                self.fields[f"{bound}:{key}"] = forms.DecimalField(
                    label=label, max_digits=11, decimal_places=4, min_value=Decimal(0), max_value=MOST, localize=True
                )
            note = _("What it depends on")
            self.fields[f"note:{key}"] = forms.CharField(
                label=note, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.places = {key: f"likely:{key}" for key in self.keys}
        self.order_fields([*(name for name in self.fields if ":" in name), "binding", "valid_until"])

    @property
    def rows(self) -> list[tuple[str, str, list[Any], Any]]:
        """Each quantity: its name, its unit, the three figures, the note."""
        return [
            (
                _capital(said(FACTS[key].label)),
                said(FACTS[key].unit),
                [self[f"{bound}:{key}"] for bound, _label in BOUNDS],
                self[f"note:{key}"],
            )
            for key in self.keys
        ]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Give the estimate, and say whether it was done."""
        given = self.cleaned_data
        figures = {
            key: Figure(given[f"low:{key}"], given[f"likely:{key}"], given[f"high:{key}"], given[f"note:{key}"]) for key in self.keys
        }
        more = {"binding": given["binding"], "valid_until": given["valid_until"]}
        return self.attempt(lambda: give(self.estimate, figures, by=by, at=at, **more))


def _initial(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, row in given.items():
        found |= {f"{bound}:{key}": getattr(row, bound).normalize() for bound, _label in BOUNDS}
        found |= {f"note:{key}": row.note, "binding": row.binding, "valid_until": row.valid_until}
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
