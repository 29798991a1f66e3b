"""Whom the lines of a draft are owed to, and the order of the categories that the linter holds the grid to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.contents import content_of
from fees.forms.conditions import value_of
from fees.forms.fields import one_of
from fees.models import GridVersion
from fees.services.drafts import change_content
from fees.tariff.dto import BadFact, Content, Payee, PolicyOrder
from fees.tariff.facts import FACTS, Type
from fees.words import said
from requests_app.forms.base import MoveForm

SPARE = 3
#: Between two steps, and between the equals of one step; on paper they are “≤” and “=”.
STEP, EQUAL = re.compile(r"<=|≤|<"), "="


class PayeesForm(MoveForm):
    """Rows of payees, and one line for the order."""

    def __init__(self, *args: Any, version: GridVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.content = version, content_of(version)
        self.count = len(self.content.payees) + SPARE
        for row in range(self.count):
            self._add(row, self.content.payees[row] if row < len(self.content.payees) else None)
        self._ask_for_order(self.content.policy_order)

    def _add(self, row: int, payee: Payee | None) -> None:
        number = {"number": row + 1}
        self.fields[f"code_{row}"] = forms.SlugField(label=_("Identifier no. %(number)d") % number, max_length=60, required=False)
        self.fields[f"name_{row}"] = forms.CharField(label=_("Name no. %(number)d") % number, max_length=200, required=False)
        self.fields[f"public_{row}"] = forms.BooleanField(label=_("Public body (no. %(number)d)") % number, required=False)
        self.initial.update({f"code_{row}": payee.code, f"name_{row}": payee.name} if payee else {})
        self.initial[f"public_{row}"] = payee is None or payee.public

    def _ask_for_order(self, order: PolicyOrder | None) -> None:
        choices = [(key, said(kind.label)) for key, kind in FACTS.items() if kind.type is Type.CHOICE]
        nothing = [("", gettext_lazy("No order is declared"))]
        self.fields["fact"] = one_of([*nothing, *choices], label=_("Order of the values of"), required=False)
        told = _("From the least charged to the most, all else equal: “association = academic institution < SME or start-up < industry”.")
        rows = forms.Textarea(attrs={"rows": 2})
        self.fields["order"] = forms.CharField(label=_("Order"), help_text=told, max_length=500, required=False, widget=rows)
        if order is not None:
            words = [f" {EQUAL} ".join(_in_words(order.fact, one) for one in step) for step in order.steps]
            self.initial.update({"fact": order.fact, "order": " < ".join(words)})

    def rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each payee."""
        for row in range(self.count):
            yield self[f"code_{row}"], self[f"name_{row}"], self[f"public_{row}"]

    def clean(self) -> dict[str, Any]:
        """A payee has an identifier of its own and a name; an order names values of its fact, each once."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        told["payees"] = tuple(self._payees(told))
        told["policy_order"] = self._order(told)
        return told

    def _payees(self, told: dict[str, Any]) -> Iterator[Payee]:
        seen: set[str] = set()
        for row in range(self.count):
            code, name = told.get(f"code_{row}", ""), told.get(f"name_{row}", "")
            if not code and not name:
                continue
            if not (code and name):
                self.add_error(f"name_{row}" if code else f"code_{row}", _("A payee has an identifier and a name."))
            elif code in seen:
                self.add_error(f"code_{row}", _("Another payee bears this identifier."))
            seen.add(code)
            yield Payee(code, name, bool(told.get(f"public_{row}")))

    def _order(self, told: dict[str, Any]) -> PolicyOrder | None:
        fact, words = told.get("fact", ""), told.get("order", "")
        if not fact or not words.strip():
            return None
        steps = tuple(tuple(self._value(fact, one.strip()) for one in step.split(EQUAL)) for step in STEP.split(words))
        every = [value for step in steps for value in step]
        if "" in every or len(set(every)) < len(every):
            self.add_error("order", _("Name values of this fact, each once, with “<” or “=” between them."))
        return PolicyOrder(fact, steps)

    def _value(self, fact: str, words: str) -> str:
        try:
            return str(value_of(fact, words))
        except BadFact:
            return ""

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Write both into the draft."""
        payees, order = self.cleaned_data["payees"], self.cleaned_data["policy_order"]

        def change(now: Content) -> Content:
            return replace(now, payees=payees, policy_order=order)

        return self.attempt(lambda: change_content(self.version, change, "payees", by=by, at=at))


def _in_words(fact: str, value: str) -> str:
    options = FACTS[fact].options if fact in FACTS else {}
    return said(options[value]) if value in options else value
