"""What an agent says of a request that came: how, when, for whom, on which databases; and the choice of a blank form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import sentence_of
from rights.asking.capacities import Capacity
from rights.asking.choosing import can_be_chosen
from rights.assisted.services import CHANNELS, Arrival, require_arrival
from rights.entitlements.services.offering import Offered
from ui.forms import DayInput, DsfrForm
from workflow.periods import paris_day
from workflow.refusals import RuleBroken

LANGUAGES = (("fr", "Français"), ("en", "English"))


class ArrivalForm(DsfrForm):
    """The first page."""

    channel = forms.ChoiceField(label=_("How it came"), choices=[(one.value, one.label) for one in CHANNELS], widget=forms.RadioSelect)
    received_on = forms.DateField(
        label=_("Day on which it came"),
        help_text=_("The day of receipt, not that of the letter: the legal month runs from it."),
        widget=DayInput(),
    )
    language = forms.ChoiceField(label=_("Language of the letters to the person"), choices=LANGUAGES, widget=forms.RadioSelect)
    capacity = forms.ChoiceField(
        label=_("For whom the person asks"),
        help_text=_("In the person’s own words: “I” is who asks."),
        choices=Capacity.choices,
        widget=forms.RadioSelect,
    )
    databases = forms.MultipleChoiceField(label=_("Databases"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, posted: QueryDict | None, offered: Iterable[Offered], at: datetime, **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        self.at, self.offered = at, {one.database.slug: one for one in offered}
        field: Any = self.fields["databases"]
        field.choices = [(slug, one.database.label) for slug, one in self.offered.items()]
        self.fields["received_on"].widget.attrs["max"] = str(paris_day(at))

    def clean(self) -> dict[str, Any]:
        """A day that can be, and databases where this person can ask for something."""
        cleaned = super().clean() or {}
        refused = [slug for slug in cleaned.get("databases", []) if not can_be_chosen(self.offered[slug], cleaned.get("capacity", ""))]
        if refused and cleaned.get("capacity"):
            names = ", ".join(self.offered[slug].database.acronym for slug in refused)
            self.add_error("databases", _("Nothing can be asked for here in this case: %(names)s.") % {"names": names})
        if not self.errors:
            self._check_arrival(self.arrival)
        return cleaned

    @property
    def arrival(self) -> Arrival:
        """How and when it came."""
        given = self.cleaned_data
        return Arrival(given["channel"], given["received_on"], given["language"])

    def _check_arrival(self, arrival: Arrival) -> None:
        try:
            require_arrival(arrival, self.at)
        except RuleBroken as refusal:
            for broken in refusal.broken:
                self.add_error(broken.where, sentence_of(broken))


class BlankForm(DsfrForm):
    """Which form on paper."""

    database = forms.ChoiceField(label=_("Database"))
    language = forms.ChoiceField(label=_("Language of the form"), choices=LANGUAGES)

    def __init__(self, posted: QueryDict | None, offered: Iterable[Offered], **kwargs: Any) -> None:
        super().__init__(posted, **kwargs)
        field: Any = self.fields["database"]
        field.choices = [(one.database.slug, one.database.label) for one in offered]
