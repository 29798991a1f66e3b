"""The linter before publication: what is wrong with a version, where, and in words; it looks at everything and mends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from fees.tariff.lint.conditions import of_conditions
from fees.tariff.lint.findings import Finding as Finding
from fees.tariff.lint.findings import Level as Level
from fees.tariff.lint.findings import Problem as Problem
from fees.tariff.lint.lines import of_lines
from fees.tariff.lint.modifiers import of_modifiers
from fees.tariff.lint.order import of_order
from fees.tariff.lint.tiers import of_tiers
from fees.tariff.lint.vat import of_vat
from fees.tariff.written import GridVersion, VatTable


def lint(version: GridVersion, vat: VatTable | None = None) -> tuple[Finding, ...]:
    """Every finding of a version, each once; the VAT profiles are checked when the table is given."""
    found = [
        *_header(version),
        *of_lines(version),
        *of_tiers(version),
        *of_conditions(version),
        *of_modifiers(version),
        *of_vat(version, vat),
    ]
    if not any(one.level is Level.BLOCKING for one in found):
        found += of_order(version)
    return tuple(dict.fromkeys(found))


#: What keeps amounts from being worked out at all, or makes nonsense of them; a label or a profile of VAT that lacks does not.
BREAKS = frozenset(
    {
        *(Problem.NO_LINE, Problem.CODE_TWICE, Problem.NO_TIERS, Problem.TIERS_NOT_INCREASING, Problem.TIER_GAP, Problem.TIER_AFTER_LAST),
        *(Problem.NEGATIVE, Problem.BOUNDS_REVERSED, Problem.BOUNDS_MISSING, Problem.NO_QUANTITY, Problem.BAD_BLOCK),
        *(Problem.UNKNOWN_FACT, Problem.NOT_A_NUMBER, Problem.BAD_TEST, Problem.BAD_VALUE, Problem.CYCLE, Problem.UNKNOWN_LINE),
        *(Problem.BAD_REFERENCE, Problem.EACH_WITHOUT_DIMENSION, Problem.VALUE_OUT_OF_BOUNDS, Problem.EXCLUSIVE_STAGES),
    }
)


def breaking(findings: Sequence[Finding]) -> list[Finding]:
    """Those that keep a version from pricing anything."""
    return [one for one in findings if one.level is Level.BLOCKING and one.problem in BREAKS]


def publishable(findings: Sequence[Finding]) -> bool:
    """Whether nothing stands in the way: no blocking finding, and every cliff accepted in the document."""
    return all(one.level is Level.NOTE for one in findings)


def _header(version: GridVersion) -> Iterator[Finding]:
    if not version.content.lines:
        yield Finding(Problem.NO_LINE, "content")
    if version.valid_from is None:
        yield Finding(Problem.NO_START, "valid_from")
    elif version.valid_to is not None and version.valid_to <= version.valid_from:
        yield Finding(Problem.PERIOD_REVERSED, "valid_to", (str(version.valid_from), str(version.valid_to)))
    if version.grid.currency != "EUR":
        yield Finding(Problem.CURRENCY, "grid.currency", (version.grid.currency,))


def lint_periods(versions: Sequence[GridVersion]) -> tuple[Finding, ...]:
    """Days between the first and the last version that no version holds, or that two hold."""
    dated = sorted((one for one in versions if one.valid_from is not None), key=lambda one: (str(one.valid_from), one.number))
    return tuple(finding for one, following in pairwise(dated) for finding in _between(one, following))


def _between(one: GridVersion, following: GridVersion) -> Iterator[Finding]:
    start = str(following.valid_from)
    if one.valid_to is None or str(one.valid_to) > start:
        yield Finding(Problem.OVERLAP, following.key, (one.key, start))
    elif str(one.valid_to) < start:
        yield Finding(Problem.PERIOD_GAP, following.key, (str(one.valid_to), start))
