"""Rows of tests in a form: “fact, test, value”, all of them or one of them; what is more intricate is left as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.condition_words import in_words, value_in_words
from fees.forms.fields import choices_of, one_of
from fees.tariff.conditions import ARITY
from fees.tariff.dto import AllOf, AnyOf, Check, Condition, Value
from fees.tariff.errors import BadFact
from fees.tariff.facts import FACTS, Type, parsed
from fees.tariff.money import plain
from fees.tariff.vocabulary import Operator
from fees.words import OPERATORS, fact_label, said

ROWS = 4


def is_intricate(condition: Condition | None) -> bool:
    """Is the condition more than tests joined by one word?"""
    if condition is None or isinstance(condition, Check):
        return False
    if not isinstance(condition, AllOf | AnyOf) or len(condition.parts) > ROWS:
        return True
    return not all(isinstance(part, Check) for part in condition.parts)


def fact_choices(empty: str = "–") -> list[tuple[str, str]]:
    """Every registered fact by its words, in their order."""
    return [("", empty), *sorted(((key, said(kind.label)) for key, kind in FACTS.items()), key=lambda pair: pair[1].lower())]


class ConditionRows:
    """The rows of a form that say a condition; `condition` is what was there, and stays when it is too intricate for rows."""

    def __init__(self, form: forms.Form, condition: Condition | None) -> None:
        self.form, self.before = form, condition
        self.is_intricate = is_intricate(condition)
        if self.is_intricate:
            return
        checks = [condition] if isinstance(condition, Check) else list(getattr(condition, "parts", ()))
        form.fields["joint"] = one_of([("all", _("all of these hold")), ("any", _("one of these holds"))], label=_("It applies if"))
        form.initial["joint"] = "any" if isinstance(condition, AnyOf) else "all"
        for row in range(ROWS):
            self._add(row, checks[row] if row < len(checks) else None)

    def _add(self, row: int, check: Check | None) -> None:
        number = {"number": row + 1}
        self.form.fields[f"fact_{row}"] = one_of(fact_choices(), label=_("Fact no. %(number)d") % number, required=False)
        self.form.fields[f"test_{row}"] = one_of(choices_of(OPERATORS, "–"), label=_("Test no. %(number)d") % number, required=False)
        words = forms.CharField(label=_("Value no. %(number)d") % number, required=False, max_length=300)
        words.widget.attrs["list"] = "fact-values"
        self.form.fields[f"value_{row}"] = words
        if check is not None:
            told = "; ".join(_typed(check.fact, value) for value in check.values)
            self.form.initial.update({f"fact_{row}": check.fact, f"test_{row}": str(check.operator.value), f"value_{row}": told})

    @property
    def words(self) -> str:
        """What stands, in words, when the rows cannot say it."""
        return in_words(self.before)

    def rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each row."""
        for row in range(0 if self.is_intricate else ROWS):
            yield self.form[f"fact_{row}"], self.form[f"test_{row}"], self.form[f"value_{row}"]

    def values(self) -> list[str]:
        """What may stand as a value of a choice, offered while typing."""
        return sorted({said(words) for kind in FACTS.values() for words in kind.options.values()})

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
        key, operator, words = told.get(f"fact_{row}"), told.get(f"test_{row}"), told.get(f"value_{row}") or ""
        if not key:
            return None
        if not operator:
            self.form.add_error(f"test_{row}", _("Choose a test."))
            return None
        test = Operator(operator)
        parts = [part.strip() for part in words.split(";") if part.strip()]
        wanted = ARITY[test]
        if (wanted is None and not parts) or (wanted is not None and len(parts) != wanted):
            self.form.add_error(f"value_{row}", _("This test does not take so many values; several are set apart by semicolons."))
            return None
        return self._read(row, key, test, parts)

    def _read(self, row: int, key: str, test: Operator, parts: list[str]) -> Check | None:
        try:
            return Check(key, test, tuple(value_of(key, part) for part in parts))
        except (BadFact, InvalidOperation):
            self.form.add_error(f"value_{row}", _("“%(fact)s” cannot have this value.") % {"fact": fact_label(key)})
            return None


def value_of(key: str, words: str) -> Value:
    """The value that a person typed: a choice by its words or its code, a number with a comma or a point. Raises BadFact."""
    kind = FACTS[key]
    if kind.type is Type.CHOICE:
        codes = {text.lower(): code for code, label in kind.options.items() for text in (code, label.fr, label.en)}
        return parsed(key, codes.get(words.lower(), words))
    if kind.type in (Type.COUNT, Type.NUMBER):
        return parsed(key, "".join(words.split()).replace(",", "."))
    return parsed(key, words)


def _typed(key: str, value: Value) -> str:
    """A value as it is typed, which is read back the same."""
    if isinstance(value, Decimal):
        return plain(value)
    return value_in_words(key, value) if key in FACTS and FACTS[key].type is Type.CHOICE else str(value)


INTRICATE = gettext_lazy(
    "It is more intricate than this page can show: it stays as it is. To change it, download the draft as YAML, change it there, and read "
    "the file back: you see what differs before anything is written."
)
