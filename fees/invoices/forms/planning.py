"""How an accepted quote is spread over time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.forms.fields import ExactField
from fees.invoices.models import Installment
from fees.invoices.services import scheduling
from fees.invoices.splitting import Step, periods, upfront
from fees.invoices.states import Mode, Trigger
from fees.quotes.models import Quote
from requests_app.forms.base import MoveForm
from workflow.refusals import Broken, RuleBroken

#: So many steps can be entered.
ROWS = 4
MONTHS = [("1", _("each month")), ("3", _("each quarter")), ("12", _("each year"))]
TRIGGERS = [(one.value, one.label) for one in Trigger if one is not Trigger.PERIOD]


class PlanForm(MoveForm):
    """In one go, by steps of the project, or by periods."""

    marks_optional = False
    mode = forms.ChoiceField(label=_("How it is invoiced"), choices=Mode.choices, widget=forms.RadioSelect, initial=Mode.UPFRONT)
    start = forms.DateField(
        label=_("By periods: first day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    count = forms.IntegerField(label=_("Number of periods"), required=False, min_value=1, max_value=scheduling.MOST_STEPS)
    months = forms.ChoiceField(label=_("Each of them"), choices=MONTHS, required=False)

    def __init__(self, data: Any = None, *, quote: Quote) -> None:
        super().__init__(data)
        self.quote = quote
        for row in range(ROWS):
            self.fields[f"trigger-{row}"] = forms.ChoiceField(label=_("When"), choices=[("", "–"), *TRIGGERS], required=False)
            self.fields[f"share-{row}"] = ExactField(label=_("Share in %"), decimals=4, required=False)
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[f"on-{row}"] = forms.DateField(label=_("If it is a date, which"), required=False, widget=day)

    @property
    def rows(self) -> list[tuple[int, list[Any]]]:
        """The fields of each step, for the page."""
        return [(row + 1, [self[f"{name}-{row}"] for name in ("trigger", "share", "on")]) for row in range(ROWS)]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Write the schedule, and say whether it was done."""
        mode = self.cleaned_data["mode"]
        return self.attempt(lambda: scheduling.plan(self.quote, mode, self._steps(mode), by=by, at=at))

    def _steps(self, mode: str) -> list[Step]:
        if mode == Mode.UPFRONT:
            return upfront()
        if mode == Mode.PERIODIC:
            if not self.cleaned_data["start"] or not self.cleaned_data["count"]:
                raise RuleBroken(Broken(_("Say when the first period begins, and how many there are."), where="start"))
            return periods(self.cleaned_data["start"], self.cleaned_data["count"], int(self.cleaned_data["months"]))
        told = self.cleaned_data
        return [
            Step(told[f"trigger-{row}"], (told[f"share-{row}"] or Decimal(0)) / 100, told[f"on-{row}"])
            for row in range(ROWS)
            if told[f"trigger-{row}"]
        ]


class SuspendForm(MoveForm):
    """Why an installment is suspended."""

    because = forms.CharField(
        label=_("Why"),
        help_text=_("Whoever sees the schedule reads it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def save(self, installment: Installment, *, by: Any, at: datetime) -> bool:
        """Suspend it, and say whether it was done."""
        return self.attempt(lambda: scheduling.suspend(installment, self.cleaned_data["because"], by=by, at=at))
