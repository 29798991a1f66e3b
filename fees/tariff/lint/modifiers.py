"""What can be wrong with a modifier: its value and bounds, its aims, its exclusive group, who pays a subsidy."""

from __future__ import annotations

from collections.abc import Iterator

from fees.tariff.lint.findings import Finding, Problem
from fees.tariff.lint.lines import negative, of_codes, reversed_bounds
from fees.tariff.money import HUNDRED, plain
from fees.tariff.plan import aims_at
from fees.tariff.vocabulary import Kind, Measure, Stage
from fees.tariff.written import ONE, Content, GridVersion, Modifier


def of_modifiers(version: GridVersion) -> Iterator[Finding]:
    """The findings of the modifiers."""
    content = version.content
    yield from of_codes((one.code, one.label) for one in content.modifiers)
    for one in content.modifiers:
        yield from _value(one)
        yield from _aims(content, one)
        yield from _funder(content, one)
    for name in sorted({one.exclusive for one in content.modifiers if one.exclusive}):
        yield from _exclusive(content, name)


def _value(one: Modifier) -> Iterator[Finding]:
    yield from negative(one.code, value=one.value, minimum=one.minimum, maximum=one.maximum)
    yield from reversed_bounds(f"{one.code}.maximum", one.minimum, one.maximum)
    if (one.minimum is not None and one.value < one.minimum) or (one.maximum is not None and one.value > one.maximum):
        yield Finding(Problem.VALUE_OUT_OF_BOUNDS, f"{one.code}.value", (plain(one.value),))
    if one.kind is Kind.COEFFICIENT and max(one.value, one.maximum or one.value) > ONE:
        yield Finding(Problem.RAISES, one.code, (plain(max(one.value, one.maximum or one.value)),))
    percent = one.kind is Kind.PERCENT_OFF or (one.kind is Kind.SUBSIDY and one.measure is Measure.PERCENT)
    if percent and max(one.value, one.maximum or one.value) > HUNDRED:
        yield Finding(Problem.VALUE_OUT_OF_BOUNDS, f"{one.code}.value", (plain(one.value),))
    if one.kind is Kind.SURCHARGE:
        yield from _surcharge(one)


def _surcharge(one: Modifier) -> Iterator[Finding]:
    if one.maximum is None:
        yield Finding(Problem.SURCHARGE_UNBOUNDED, one.code)
    if min(one.value, one.minimum if one.minimum is not None else one.value) < ONE:
        yield Finding(Problem.VALUE_OUT_OF_BOUNDS, f"{one.code}.value", (plain(one.value),))


def _aims(content: Content, one: Modifier) -> Iterator[Finding]:
    codes = {line.code for line in content.lines}
    for code in one.lines:
        if code not in codes:
            yield Finding(Problem.UNKNOWN_LINE, f"{one.code}.lines", (code,))
    if not any(aims_at(one, line) for line in content.lines):
        yield Finding(Problem.AIMS_AT_NOTHING, one.code)


def _funder(content: Content, one: Modifier) -> Iterator[Finding]:
    if one.kind is not Kind.SUBSIDY:
        return
    if not one.funded_by:
        yield Finding(Problem.NO_FUNDER, one.code)
    elif one.funded_by not in {payee.code for payee in content.payees}:
        yield Finding(Problem.UNKNOWN_PAYEE, one.code, (one.funded_by,))
    if one.exclusive:
        yield Finding(Problem.EXCLUSIVE_SUBSIDY, one.code)


def _exclusive(content: Content, name: str) -> Iterator[Finding]:
    members = [one for one in content.modifiers if one.exclusive == name]
    where = members[0].code
    if len({one.stage for one in members}) > 1:
        yield Finding(Problem.EXCLUSIVE_STAGES, where, (name,))
    aims = {tuple(aims_at(one, line) for line in content.lines) for one in members}
    if members[0].stage is not Stage.LINE and len(aims) > 1:
        yield Finding(Problem.EXCLUSIVE_AIMS, where, (name,))
