"""A condition as a person reads it: “the access is charged: yes, and duration of the convention, in months is more than 12”."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.text.facts import FACTS
from contracts.text.values import Type, said
from fees.tariff.dto import AllOf, AnyOf, Check, Condition, Not
from fees.tariff.vocabulary import Operator
from fees.words import OPERATORS

_BARE = {Operator.IS_TRUE, Operator.IS_FALSE}
#: The types of facts and parameters, in words.
TYPES: Mapping[Type, Any] = {
    Type.TEXT: gettext_lazy("text"),
    Type.PASSAGE: gettext_lazy("text of several paragraphs"),
    Type.LIST: gettext_lazy("list"),
    Type.DAY: gettext_lazy("day"),
    Type.AMOUNT: gettext_lazy("amount"),
    Type.INTEGER: gettext_lazy("whole number"),
    Type.YES_NO: gettext_lazy("yes or no"),
}


def language() -> str:
    """The reader's language, as texts know it."""
    return "fr" if (get_language() or "fr").startswith("fr") else "en"


def label_of(code: str) -> str:
    """A fact by its words."""
    return str(FACTS[code].label) if code in FACTS else code


def in_words(condition: Condition | None) -> str:
    """The condition in words; empty when there is none."""
    if condition is None:
        return ""
    if isinstance(condition, Check):
        return _check(condition)
    if isinstance(condition, Not):
        return _("not (%(condition)s)") % {"condition": in_words(condition.part)}
    parts = [f"({in_words(part)})" if isinstance(part, AllOf | AnyOf) else in_words(part) for part in condition.parts]
    return f" {_('and') if isinstance(condition, AllOf) else _('or')} ".join(parts)


def _check(check: Check) -> str:
    label = label_of(check.fact)
    if check.operator in _BARE:
        return _("%(fact)s: %(answer)s") % {"fact": label, "answer": OPERATORS[check.operator]}
    values = [value_in_words(check.fact, value) for value in check.values]
    joint = _("and") if check.operator is Operator.BETWEEN else _("or")
    return f"{label} {OPERATORS[check.operator]} {f' {joint} '.join(values)}"


def value_in_words(code: str, value: Any) -> str:
    """A value of this fact as a text would say it."""
    if isinstance(value, Decimal | bool | date) and code in FACTS:
        return said(value, FACTS[code].type, language())
    return f"“{value}”"
