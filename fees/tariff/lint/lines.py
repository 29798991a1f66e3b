"""What can be wrong with a line: codes, labels, bounds, quantities, references, payee."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from fees.tariff.errors import TariffError
from fees.tariff.facts import FACTS, NUMERIC, Type
from fees.tariff.lint.findings import Finding, Problem
from fees.tariff.money import plain
from fees.tariff.plan import ordered
from fees.tariff.quantities import LINE, keys_of, referred
from fees.tariff.vocabulary import CostBasis, Mode, Rounding
from fees.tariff.written import EACH, ZERO, Content, Factor, GridVersion, Line, Text

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]*")
COUNTED = frozenset({Mode.UNIT, Mode.GRADUATED, Mode.VOLUME, Mode.BAND})


def of_lines(version: GridVersion) -> Iterator[Finding]:
    """The findings of the lines."""
    content = version.content
    yield from of_codes((line.code, line.label) for line in content.lines)
    for line in content.lines:
        yield from _bounds(line)
        yield from _payee(version, line)
        for index, factor in enumerate(line.quantity):
            yield from _factor(content, line, f"{line.code}.quantity[{index}]", factor)
        if line.mode in COUNTED and not line.quantity:
            yield Finding(Problem.NO_QUANTITY, line.code)
    yield from _cycles(content)


def of_codes(named: Iterable[tuple[str, Text]]) -> Iterator[Finding]:
    """Codes that are badly made or used twice, labels that lack a language."""
    seen: set[str] = set()
    for code, label in named:
        if not CODE.fullmatch(code):
            yield Finding(Problem.BAD_CODE, code, (code,))
        if code in seen:
            yield Finding(Problem.CODE_TWICE, code, (code,))
        seen.add(code)
        if not (label.fr.strip() and label.en.strip()):
            yield Finding(Problem.LABEL_MISSING, code)


def negative(where: str, **amounts: Decimal | None) -> Iterator[Finding]:
    """The amounts that are below 0."""
    for name, amount in amounts.items():
        if amount is not None and amount < ZERO:
            yield Finding(Problem.NEGATIVE, f"{where}.{name}", (plain(amount),))


def reversed_bounds(where: str, low: Decimal | None, high: Decimal | None) -> Iterator[Finding]:
    """A lower bound above the upper one."""
    if low is not None and high is not None and low > high:
        yield Finding(Problem.BOUNDS_REVERSED, where, (plain(low), plain(high)))


def _bounds(line: Line) -> Iterator[Finding]:
    yield from negative(line.code, unit_amount=line.unit_amount, min_amount=line.min_amount, max_amount=line.max_amount)
    yield from negative(line.code, range_min=line.range_min, range_max=line.range_max)
    yield from reversed_bounds(f"{line.code}.max_amount", line.min_amount, line.max_amount)
    yield from reversed_bounds(f"{line.code}.range_max", line.range_min, line.range_max)
    if line.mode is Mode.RANGE and (line.range_min is None or line.range_max is None):
        yield Finding(Problem.BOUNDS_MISSING, line.code)


def _payee(version: GridVersion, line: Line) -> Iterator[Finding]:
    if line.payee == EACH:
        if not line.each:
            yield Finding(Problem.EACH_WITHOUT_DIMENSION, line.code)
    elif line.payee and line.payee not in {payee.code for payee in version.content.payees}:
        yield Finding(Problem.UNKNOWN_PAYEE, line.code, (line.payee,))
    if line.cost_basis is CostBasis.COLLECTION and _may_be_public(version, line):
        yield Finding(Problem.COLLECTION_BY_PUBLIC, line.code)


def _may_be_public(version: GridVersion, line: Line) -> bool:
    public = {payee.code: payee.public for payee in version.content.payees}
    if line.payee in {"", version.grid.owner}:
        return version.grid.holder_is_public or public.get(version.grid.owner, False)
    return public.get(line.payee, True)


def _factor(content: Content, line: Line, where: str, factor: Factor) -> Iterator[Finding]:
    yield from negative(where, included=factor.included, minimum=factor.minimum)
    if factor.rounding is Rounding.CEIL_BLOCK and factor.block <= ZERO:
        yield Finding(Problem.BAD_BLOCK, where, (plain(factor.block),))
    for key in keys_of(factor):
        if key.startswith(LINE):
            yield from _reference(content, where, key)
        elif key not in FACTS:
            yield Finding(Problem.UNKNOWN_FACT, where, (key,))
        elif FACTS[key].type not in NUMERIC | {Type.BOOLEAN}:
            yield Finding(Problem.NOT_A_NUMBER, where, (key,))


def _reference(content: Content, where: str, key: str) -> Iterator[Finding]:
    code, what = referred(key)
    if what not in {"quantity", "base"}:
        yield Finding(Problem.BAD_REFERENCE, where, (key,))
    elif code not in {line.code for line in content.lines}:
        yield Finding(Problem.UNKNOWN_LINE, where, (code,))


def _cycles(content: Content) -> Iterator[Finding]:
    try:
        ordered(content)
    except TariffError as error:
        codes = str(error).split(" → ")
        if codes[0] == codes[-1]:
            yield Finding(Problem.CYCLE, codes[0], (str(error),))
