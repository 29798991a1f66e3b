"""Rows of tests in a form: “fact, test, value”, all of them or one of them; what is more intricate is left as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.library.condition_words import label_of
from contracts.text.clauses import OPERATORS_OF
from contracts.text.errors import BadValue
from contracts.text.facts import FACTS
from contracts.text.values import kept, read_kept
from fees.tariff.conditions import ARITY
from fees.tariff.dto import AllOf, AnyOf, Check, Condition
from fees.tariff.vocabulary import Operator
from fees.words import OPERATORS

ROWS = 3
INTRICATE = gettext_lazy("It is more intricate than this page can show: it stays as it is.")


def is_intricate(condition: Condition | None) -> bool:
    """Is the condition more than tests joined by one word?"""
    if condition is None or isinstance(condition, Check):
        return False
    if not isinstance(condition, AllOf | AnyOf) or len(condition.parts) > ROWS:
        return True
    return not all(isinstance(part, Check) for part in condition.parts)


def _facts() -> list[tuple[str, Any]]:
    testable = (one for one in FACTS.values() if OPERATORS_OF[one.type])
    return [("", "–"), *sorted(((one.code, str(one.label)) for one in testable), key=lambda pair: pair[1].lower())]


class ConditionRows:
    """The rows of a form that say a condition; `condition` is what was there, and stays when it is too intricate for rows."""

    def __init__(self, form: forms.Form, condition: Condition | None) -> None:
        self.form, self.before = form, condition
        self.is_intricate = is_intricate(condition)
        if self.is_intricate:
            return
        checks = [condition] if isinstance(condition, Check) else list(getattr(condition, "parts", ()))
        joints = [("all", _("all of these hold")), ("any", _("one of these holds"))]
        form.fields["joint"] = forms.ChoiceField(label=_("The clause stands if"), choices=joints)
        form.initial["joint"] = "any" if isinstance(condition, AnyOf) else "all"
        facts = _facts()
        for row in range(ROWS):
            self._add(row, facts, checks[row] if row < len(checks) else None)

    def _add(self, row: int, facts: list[tuple[str, Any]], check: Check | None) -> None:
        number = {"number": row + 1}
        tests = [("", "–"), *((operator.value, words) for operator, words in OPERATORS.items())]
        self.form.fields[f"fact_{row}"] = forms.ChoiceField(label=_("Fact no. %(number)d") % number, choices=facts, required=False)
        self.form.fields[f"test_{row}"] = forms.ChoiceField(label=_("Test no. %(number)d") % number, choices=tests, required=False)
        self.form.fields[f"value_{row}"] = forms.CharField(label=_("Value no. %(number)d") % number, required=False, max_length=300)
        if check is not None:
            told = "; ".join(kept(value) for value in check.values)
            self.form.initial.update({f"fact_{row}": check.fact, f"test_{row}": str(check.operator.value), f"value_{row}": told})

    def rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each row."""
        for row in range(0 if self.is_intricate else ROWS):
            yield self.form[f"fact_{row}"], self.form[f"test_{row}"], self.form[f"value_{row}"]

    def read(self) -> Condition | None:
        """The condition that the rows say; errors go to the form."""
        if self.is_intricate:
            return self.before
        checks = [check for row in range(ROWS) if (check := self._check(row)) is not None]
        if len(checks) < 2:
            return checks[0] if checks else None
        return (AnyOf if self.form.cleaned_data.get("joint") == "any" else AllOf)(tuple(checks))

    def _check(self, row: int) -> Check | None:
        told = self.form.cleaned_data
        code, operator, words = told.get(f"fact_{row}"), told.get(f"test_{row}"), told.get(f"value_{row}") or ""
        if not code:
            return None
        if not operator or Operator(operator) not in OPERATORS_OF[FACTS[code].type]:
            self.form.add_error(f"test_{row}", _("Choose a test that fits this fact: yes or no has “yes” or “no”, a number is compared."))
            return None
        parts = tuple(part.strip() for part in words.split(";") if part.strip())
        wanted = ARITY[Operator(operator)]
        if (wanted is None and not parts) or (wanted is not None and len(parts) != wanted):
            self.form.add_error(f"value_{row}", _("This test does not take so many values; several are set apart by semicolons."))
            return None
        return self._read(row, code, Operator(operator), parts)

    def _read(self, row: int, code: str, test: Operator, parts: tuple[str, ...]) -> Check | None:
        try:
            values: list[Any] = [read_kept(code, FACTS[code].type, part) for part in parts]
            return Check(code, test, tuple(values))
        except BadValue:
            self.form.add_error(f"value_{row}", _("“%(fact)s” cannot have this value.") % {"fact": label_of(code)})
            return None
