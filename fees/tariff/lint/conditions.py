"""What can be wrong with a condition: facts that nobody registered, tests and values that do not suit them."""

from __future__ import annotations

from collections.abc import Iterator

from fees.tariff.conditions import ARITY, ORDERED, checks_in
from fees.tariff.errors import BadFact
from fees.tariff.facts import FACTS, NUMERIC, Type, checked
from fees.tariff.lint.findings import Finding, Problem
from fees.tariff.vocabulary import Operator
from fees.tariff.written import Check, Condition, GridVersion

COMPARABLE = NUMERIC | {Type.DAY}
TRUTH = frozenset({Operator.IS_TRUE, Operator.IS_FALSE})


def of_conditions(version: GridVersion) -> Iterator[Finding]:
    """The findings of every condition of lines and modifiers."""
    for line in version.content.lines:
        yield from of_condition(f"{line.code}.condition", line.condition)
    for modifier in version.content.modifiers:
        yield from of_condition(f"{modifier.code}.condition", modifier.condition)


def of_condition(where: str, condition: Condition | None) -> Iterator[Finding]:
    """The findings of one condition."""
    for check in checks_in(condition):
        if check.fact not in FACTS:
            yield Finding(Problem.UNKNOWN_FACT, where, (check.fact,))
        elif not _suits(check):
            yield Finding(Problem.BAD_TEST, where, (check.fact, check.operator.value))
        else:
            yield from _values(where, check)


def _suits(check: Check) -> bool:
    kind, arity = FACTS[check.fact].type, ARITY[check.operator]
    if (check.operator in TRUTH) is not (kind is Type.BOOLEAN):
        return False
    if check.operator in ORDERED and kind not in COMPARABLE:
        return False
    return bool(check.values) if arity is None else len(check.values) == arity


def _values(where: str, check: Check) -> Iterator[Finding]:
    wrong = False
    for value in check.values:
        try:
            checked(check.fact, value)
        except BadFact:
            wrong = True
            yield Finding(Problem.BAD_VALUE, where, (check.fact, str(value)))
    if check.operator is Operator.BETWEEN and not wrong and check.values[0] > check.values[1]:  # type: ignore[operator]
        yield Finding(Problem.BOUNDS_REVERSED, where, (str(check.values[0]), str(check.values[1])))
