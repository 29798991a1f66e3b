"""A condition as a person reads it: “category of the requester is SME or start-up, and thesis work: yes”."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fees.tariff.dto import AllOf, AnyOf, Check, Condition, Not
from fees.tariff.facts import FACTS
from fees.tariff.vocabulary import Operator
from fees.words import OPERATORS, fact_label, number, said
from ui.words import day_in_words

_BARE = {Operator.IS_TRUE, Operator.IS_FALSE}


def in_words(condition: Condition | None) -> str:
    """The condition in words; empty when there is none."""
    if condition is None:
        return ""
    if isinstance(condition, Check):
        return _check(condition)
    if isinstance(condition, Not):
        return _("not (%(condition)s)") % {"condition": in_words(condition.part)}
    parts = [f"({in_words(part)})" if isinstance(part, AllOf | AnyOf) else in_words(part) for part in condition.parts]
    return _joined(parts, _("and") if isinstance(condition, AllOf) else _("or"))


def _joined(parts: list[str], joint: str) -> str:
    return f" {joint} ".join(parts)


def _check(check: Check) -> str:
    label = fact_label(check.fact)
    if check.operator in _BARE:
        # Translators: a fact and whether it holds: “thesis work: yes”.
        return _("%(fact)s: %(answer)s") % {"fact": label, "answer": OPERATORS[check.operator]}
    values = [value_in_words(check.fact, value) for value in check.values]
    joint = _("and") if check.operator is Operator.BETWEEN else _("or")
    return f"{label} {OPERATORS[check.operator]} {_joined(values, joint)}"


def value_in_words(key: str, value: Any) -> str:
    """A value of this fact: a choice by its words, a number with its unit."""
    kind = FACTS.get(key)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Decimal):
        unit = said(kind.unit) if kind else ""
        return f"{number(value)}\u00a0{unit}" if unit else number(value)
    if isinstance(value, date):
        return day_in_words(value)
    return said(kind.options[value]) if kind and value in kind.options else f"“{value}”"
