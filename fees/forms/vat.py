"""A rate and a treatment of VAT, as they are entered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from fees.contents import condition_kept
from fees.forms.conditions import ConditionRows
from fees.forms.fields import ExactField
from fees.models import VatRate, VatTreatment
from fees.services.vat import Row, propose
from fees.states import VatCategory
from requests_app.forms.base import MoveForm


class PeriodForm(MoveForm):
    """What a rate and a treatment have in common: names, period, legal basis."""

    name_fr = forms.CharField(label=_("Name, in French"), max_length=150)
    name_en = forms.CharField(label=_("Name, in English"), max_length=150, required=False)
    since = forms.DateField(label=_("In force from"))
    last_day = forms.DateField(label=_("Last day"), required=False, help_text=_("Nothing as long as no end is known."))
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)
    to_confirm = forms.BooleanField(label=_("To be confirmed by a lawyer"), required=False, initial=True)
    places = {"until": "last_day"}

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("last_day") and told.get("since") and told["last_day"] < told["since"]:
            self.add_error("last_day", _("The period ends after it begins."))
        return told

    def row(self) -> Row:
        """The row that was filled in."""
        raise NotImplementedError

    def common(self) -> dict[str, Any]:
        """The columns that both have."""
        told = self.cleaned_data
        last = told["last_day"]
        period = DateRange(told["since"], last + timedelta(days=1) if last else None)
        return {name: told[name] for name in ("name_fr", "name_en", "legal_basis", "to_confirm")} | {"valid": period}

    def propose(self, *, by: Any, at: datetime) -> bool:
        """Enter it, for somebody else to approve."""
        return self.attempt(lambda: propose(self.row(), by=by, at=at))


class RateForm(PeriodForm):
    """A rate for a period."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("The same code for the same rate at all times."))
    rate = ExactField(label=_("Rate, in per cent"), decimals=2, max_value=100)

    def row(self) -> VatRate:
        """The rate that was filled in."""
        return VatRate(code=self.cleaned_data["code"], rate=self.cleaned_data["rate"], **self.common())


class TreatmentForm(PeriodForm):
    """How a profile is taxed for the buyers that fit a condition."""

    profile = forms.SlugField(label=_("Profile"), max_length=40, help_text=_("What lines of grids name."))
    position = forms.IntegerField(
        label=_("Place"), min_value=1, max_value=99, help_text=_("Of the treatments that fit a buyer, the first decides.")
    )
    category = forms.ChoiceField(label=_("Category"), choices=VatCategory.choices)
    rate_code = forms.SlugField(label=_("Code of the rate"), max_length=40, required=False, help_text=_("For a taxed line only."))
    exemption_code = forms.CharField(label=_("Exemption code (VATEX)"), max_length=40, required=False)
    mention_fr = forms.CharField(label=_("Mention on the invoice, in French"), max_length=300, required=False)
    mention_en = forms.CharField(label=_("Mention on the invoice, in English"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.condition = ConditionRows(self, None)

    def clean(self) -> dict[str, Any]:
        """A taxed line names its rate, another none; then the rows of the condition."""
        told = super().clean()
        taxed = told.get("category") == VatCategory.STANDARD
        if taxed and not told.get("rate_code"):
            self.add_error("rate_code", _("A taxed line names its rate."))
        if not taxed and told.get("rate_code"):
            self.add_error("rate_code", _("A line without tax names no rate."))
        told["condition"] = self.condition.read()
        return told

    def row(self) -> VatTreatment:
        """The treatment that was filled in."""
        told = self.cleaned_data
        names = ("profile", "position", "category", "rate_code", "exemption_code", "mention_fr", "mention_en")
        return VatTreatment(**{name: told[name] for name in names}, condition=condition_kept(told["condition"]), **self.common())
