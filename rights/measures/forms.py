"""Complaints that are known of, as the data protection officer types them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import MoveForm
from rights.measures.services.complaining import MOST, count_complaints
from rights.measures.states import ComplaintSource


class ComplaintForm(MoveForm):
    """How many complaints are known for a month, and to whom they went."""

    month = forms.TypedChoiceField(label=_("Month of the requests"), coerce=date.fromisoformat)
    source = forms.ChoiceField(label=_("To whom people complained"), choices=ComplaintSource.choices)
    number = forms.IntegerField(
        label=_("Complaints known so far"),
        min_value=0,
        max_value=MOST,
        help_text=_("All that are known for this month, not only the new ones. A correction is a new line; the old one is kept."),
    )

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [(f"{one:%Y-%m-%d}", date_format(one, "F Y")) for one in months]  # type: ignore[attr-defined]

    def note(self, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        told = self.cleaned_data
        return self.attempt(lambda: count_complaints(told["month"], told["source"], told["number"], by=by, at=at))
