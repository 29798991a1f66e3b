"""A price in the reader's language: the total first, then each line with its reasons, refusals included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fees.condition_words import value_in_words
from fees.simulator.pricing import Outcome
from fees.simulator.simulation import Simulation
from fees.tariff import dto
from fees.tariff.sentences import Sentences
from fees.words import GROUPS, fact_label, money, number, said


@dataclass(frozen=True)
class ShownLine:
    """A line: what for, how much, and why."""

    anchor: str
    code: str
    grid: str
    version: int
    label: str
    net: Decimal
    amount: str
    before: str  # what it was before it was waived
    why: str
    facts: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]
    conditional: tuple[str, ...]
    article: str
    payee: str
    vat: str
    is_assumed: bool  # an official has still to choose the amount


@dataclass(frozen=True)
class ShownGroup:
    """The lines of one group with their sum."""

    label: str
    amount: str
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True)
class ShownRange:
    """The amounts between which the price lies, and what makes the difference."""

    low: str
    high: str
    low_gross: str
    high_gross: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A whole price."""

    net: str
    vat: str
    gross: str
    vat_lines: tuple[str, ...]
    groups: tuple[ShownGroup, ...]
    left_out: tuple[str, ...]
    refused: tuple[str, ...]
    conditional: tuple[str, ...]
    payees: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]
    range: ShownRange | None
    sha256: str
    engine: str


def shown_of(outcome: Outcome) -> Shown:
    """The price of an outcome that has one."""
    result, versions = outcome.result, outcome.simulation.versions
    assert result is not None, "an outcome without a price has nothing to show"
    words, by_code = Sentences(versions), {version.grid.code: version for version in versions}
    lines = [(line.group, _line(line, words, by_code[line.key.grid], alone=len(versions) == 1)) for line in result.lines]
    every, held = [shown for _of, shown in lines], {group for group, _shown in lines}
    return Shown(
        net=money(result.net),
        vat=money(result.vat),
        gross=money(result.gross),
        vat_lines=tuple(_vat(total, words, alone=len(result.by_payee) == 1) for total in result.vat_totals),
        groups=tuple(_group(group, [line for of, line in lines if of is group]) for group in dto.Group if group in held),
        left_out=tuple(words.left_out(one) for one in result.left_out),
        refused=_once(sentence for line in every for sentence in line.refused),
        conditional=_once(sentence for line in every for sentence in line.conditional),
        payees=tuple((words.payee(code), money(amount)) for code, amount in result.by_payee),
        answers=(*(_answer(key, fact) for key, fact in outcome.simulation.facts.items()), *_decided(outcome.simulation)),
        range=_range(outcome.range) if outcome.range else None,
        sha256=outcome.sha256,
        engine=result.engine,
    )


def _once(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))


def _group(group: dto.Group, lines: list[ShownLine]) -> ShownGroup:
    return ShownGroup(str(GROUPS[group]), money(sum((line.net for line in lines), dto.ZERO)), tuple(lines))


def _vat(total: dto.VatTotal, words: Sentences, *, alone: bool) -> str:
    return words.vat(total) if alone else f"{words.payee(total.payee)} – {words.vat(total)}"


def _line(line: dto.LineResult, words: Sentences, version: dto.GridVersion, *, alone: bool) -> ShownLine:
    written = next(one for one in version.content.lines if one.code == line.key.line)
    dimension = line.key.dimension.rpartition("-")[2]
    return ShownLine(
        anchor="-".join(filter(None, ("" if alone else line.key.grid, line.key.line, dimension))),
        code=line.key.line,
        grid=line.key.grid,
        version=version.number,
        label=f"{said(line.label)} – {dimension}" if dimension else said(line.label),
        net=line.net,
        amount=money(line.net),
        before=money(line.before_exemption) if line.before_exemption != line.net else "",
        why=words.why(line),
        facts=tuple((_capital(fact_label(fact.key)), value_in_words(fact.key, fact.value)) for fact in line.facts),
        refused=tuple(words.refused(line)),
        conditional=tuple(words.conditional(line)),
        article=written.article,
        payee=words.payee(line.key.payee),
        vat=_rate(line),
        is_assumed=line.mode is dto.Mode.RANGE,
    )


def _rate(line: dto.LineResult) -> str:
    return _("VAT %(rate)s%%") % {"rate": number(line.vat_rate)} if line.vat_rate else said(line.vat_mention) or _("no VAT")


def _answer(key: str, fact: dto.Fact) -> tuple[str, str]:
    words = value_in_words(key, fact.value)
    if fact.low is not None or fact.high is not None:
        bounds = [value_in_words(key, fact.value if bound is None else bound) for bound in (fact.low, fact.high)]
        words = _("%(likely)s (between %(low)s and %(high)s)") % {"likely": words, "low": bounds[0], "high": bounds[1]}
    return _capital(fact_label(key)), words


def _decided(simulation: Simulation) -> Iterator[tuple[str, str]]:
    """What the staff is supposed to decide."""
    every = ((version.grid.code, one) for version in simulation.versions for one in version.content.modifiers)
    labels = {f"{code}/{one.code}": said(one.label) for code, one in every}
    for key, value in simulation.decided.items():
        yield _capital(labels.get(key, key)), _("supposed to be decided") if value is None else number(value)


def _range(found: dto.RangeResult) -> ShownRange:
    labels = {f"choice:{line.key.grid}/{line.key.line}": said(line.label) for line in found.likely.lines}
    return ShownRange(
        low=money(found.low.net),
        high=money(found.high.net),
        low_gross=money(found.low.gross),
        high_gross=money(found.high.gross),
        because=tuple(labels.get(name) or fact_label(name) for name in found.uncertain),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
