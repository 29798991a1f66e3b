"""Conditions over facts, compiled once per grid: they hold, do not hold, or cannot be judged because a fact is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from fees.tariff.asked import Fact
from fees.tariff.errors import BadFact
from fees.tariff.vocabulary import Operator
from fees.tariff.written import AllOf, AnyOf, Check, Condition, Not, Value

Facts = Mapping[str, Fact]
#: True, False, or None when a missing fact leaves it open.
Judge = Callable[[Facts], bool | None]

TESTS: dict[Operator, Callable[[Any, tuple[Any, ...]], bool]] = {
    Operator.EQ: lambda value, given: bool(value == given[0]),
    Operator.NE: lambda value, given: bool(value != given[0]),
    Operator.IN: lambda value, given: value in given,
    Operator.NOT_IN: lambda value, given: value not in given,
    Operator.LT: lambda value, given: bool(value < given[0]),
    Operator.LE: lambda value, given: bool(value <= given[0]),
    Operator.GT: lambda value, given: bool(value > given[0]),
    Operator.GE: lambda value, given: bool(value >= given[0]),
    Operator.BETWEEN: lambda value, given: bool(given[0] <= value <= given[1]),
    Operator.IS_TRUE: lambda value, given: value is True,
    Operator.IS_FALSE: lambda value, given: value is False,
}
#: How many values each operator takes: exactly, or at least one (None).
ARITY: dict[Operator, int | None] = {
    **dict.fromkeys(Operator, 1),
    Operator.IN: None,
    Operator.NOT_IN: None,
    Operator.BETWEEN: 2,
    Operator.IS_TRUE: 0,
    Operator.IS_FALSE: 0,
}
ORDERED = frozenset({Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.BETWEEN})


def compiled(condition: Condition) -> Judge:
    """The condition as a function of facts."""
    if isinstance(condition, Check):
        return _check(condition)
    if isinstance(condition, Not):
        return _opposite(compiled(condition.part))
    judges = tuple(compiled(part) for part in condition.parts)
    return _every(judges) if isinstance(condition, AllOf) else _some(judges)


def _check(check: Check) -> Judge:
    key, test, given = check.fact, TESTS[check.operator], check.values

    def judge(facts: Facts) -> bool | None:
        fact = facts.get(key)
        if fact is None:
            return None
        try:
            return test(fact.value, given)
        except TypeError as error:
            raise BadFact(key, f"{fact.value!r} cannot be compared with {given[0]!r}") from error

    return judge


def _opposite(judge: Judge) -> Judge:
    def opposite(facts: Facts) -> bool | None:
        verdict = judge(facts)
        return None if verdict is None else not verdict

    return opposite


def _every(judges: tuple[Judge, ...]) -> Judge:
    def every(facts: Facts) -> bool | None:
        verdict: bool | None = True
        for judge in judges:
            part = judge(facts)
            if part is False:
                return False
            verdict = verdict if part else None
        return verdict

    return every


def _some(judges: tuple[Judge, ...]) -> Judge:
    def some(facts: Facts) -> bool | None:
        verdict: bool | None = False
        for judge in judges:
            part = judge(facts)
            if part:
                return True
            verdict = None if part is None else verdict
        return verdict

    return some


def holds(condition: Condition | None, facts: Facts) -> bool | None:
    """Does the condition hold? None when a missing fact leaves it open; no condition always holds."""
    return True if condition is None else compiled(condition)(facts)


def checks_in(condition: Condition | None) -> Iterator[Check]:
    """The tests that a condition is made of."""
    if isinstance(condition, Check):
        yield condition
    elif isinstance(condition, Not):
        yield from checks_in(condition.part)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from checks_in(part)


def keys_in(condition: Condition | None) -> tuple[str, ...]:
    """The facts that a condition asks about, each once, in its order."""
    return tuple(dict.fromkeys(check.fact for check in checks_in(condition)))


def is_number(value: Value) -> bool:
    """A number as the calculator writes it."""
    return isinstance(value, Decimal)
