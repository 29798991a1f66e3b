"""A grid version made ready to calculate with: conditions compiled, lines in the order of their references, modifiers sorted by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.amounts import BY_MODE, Priced
from fees.tariff.conditions import Judge, compiled, keys_in
from fees.tariff.errors import TariffError
from fees.tariff.quantities import LINE, facts_of, keys_of, referred
from fees.tariff.vocabulary import Kind, Stage
from fees.tariff.written import EACH, Content, GridVersion, Line, Modifier

#: The modifiers that compete for one action: indexes in `Plan.modifiers`; one, or those of an exclusive group.
Slot = tuple[int, ...]


class ModifierPlan(NamedTuple):
    """A modifier with its key and its condition compiled."""

    modifier: Modifier
    key: str
    judge: Judge | None
    facts: tuple[str, ...]


class LinePlan(NamedTuple):
    """A line with its key, its condition compiled and the modifiers that aim at it."""

    line: Line
    grid: str
    key: str
    payee: str
    judge: Judge | None
    asked_by_condition: tuple[str, ...]
    asked_by_quantity: tuple[str, ...]
    facts: tuple[str, ...]
    price: Callable[[Line, Decimal], Priced] | None
    slots: tuple[Slot, ...]
    position: int


class Aim(NamedTuple):
    """A slot of the GROUP or TOTAL stage: which lines it sums, set by set (by group, or all)."""

    slot: Slot
    sets: tuple[frozenset[int], ...]  # positions of lines


class Plan(NamedTuple):
    """A version ready to calculate with."""

    version: GridVersion
    lines: tuple[LinePlan, ...]  # a line after those that it refers to
    modifiers: tuple[ModifierPlan, ...]
    aims: tuple[Aim, ...]  # GROUP, then TOTAL
    referred: frozenset[str]  # lines that others are counted from


def plan_of(version: GridVersion) -> Plan:
    """The plan of a version, made once and kept with it."""
    kept: Plan | None = version.__dict__.get("_plan")
    if kept is None:
        kept = _made(version)
        version.__dict__["_plan"] = kept
    return kept


def _made(version: GridVersion) -> Plan:
    code, content = version.grid.code, version.content
    modifiers = tuple(
        ModifierPlan(one, f"{code}/{one.code}", None if one.condition is None else compiled(one.condition), keys_in(one.condition))
        for one in sorted(content.modifiers, key=_order)
    )
    lines = tuple(_line_plan(version, position, modifiers) for position in ordered(content))
    referred = frozenset(code for line in content.lines for code in references(line))
    return Plan(version, lines, modifiers, tuple(_aims(content, modifiers)), referred)


def _order(modifier: Modifier) -> tuple[bool, int, str]:
    """Bounds act after the modifiers of the same stage; then priority, then code."""
    return modifier.kind in {Kind.FLOOR, Kind.CAP}, modifier.priority, modifier.code


def _line_plan(version: GridVersion, position: int, modifiers: tuple[ModifierPlan, ...]) -> LinePlan:
    line = version.content.lines[position]
    by_condition, by_quantity = keys_in(line.condition), facts_of(line.quantity)
    return LinePlan(
        line=line,
        grid=version.grid.code,
        key=f"{version.grid.code}/{line.code}",
        payee=line.payee if line.payee == EACH else line.payee or version.grid.owner,
        judge=None if line.condition is None else compiled(line.condition),
        asked_by_condition=by_condition,
        asked_by_quantity=by_quantity,
        facts=tuple(dict.fromkeys((*by_condition, *by_quantity))),
        price=BY_MODE.get(line.mode),
        slots=tuple(_slots(modifiers, Stage.LINE, line)),
        position=position,
    )


def aims_at(modifier: Modifier, line: Line) -> bool:
    """Whether a modifier is about a line."""
    return not (modifier.lines or modifier.groups) or line.code in modifier.lines or line.group in modifier.groups


def _slots(modifiers: tuple[ModifierPlan, ...], stage: Stage, line: Line | None) -> Iterator[Slot]:
    """The slots of a stage, in order: an exclusive group acts at the place of its first member."""
    at = [index for index, plan in enumerate(modifiers) if plan.modifier.stage is stage and (line is None or aims_at(plan.modifier, line))]
    seen: set[str] = set()
    for index in at:
        group = modifiers[index].modifier.exclusive
        if not group:
            yield (index,)
        elif group not in seen:
            seen.add(group)
            yield tuple(other for other in at if modifiers[other].modifier.exclusive == group)


def _aims(content: Content, modifiers: tuple[ModifierPlan, ...]) -> Iterator[Aim]:
    for stage in (Stage.GROUP, Stage.TOTAL):
        for slot in _slots(modifiers, stage, None):
            aimed = [index for index, line in enumerate(content.lines) if any(aims_at(modifiers[at].modifier, line) for at in slot)]
            groups = sorted({content.lines[index].group for index in aimed}) if stage is Stage.GROUP else [None]
            yield Aim(slot, tuple(frozenset(i for i in aimed if group in (None, content.lines[i].group)) for group in groups))


def references(line: Line) -> tuple[str, ...]:
    """The codes of the lines that a line is counted from."""
    keys = (key for factor in line.quantity for key in keys_of(factor) if key.startswith(LINE))
    return tuple(dict.fromkeys(referred(key)[0] for key in keys))


def ordered(content: Content) -> tuple[int, ...]:
    """The positions of the lines, each after those that it refers to; TariffError names a cycle or a line that is not there."""
    at = {line.code: index for index, line in enumerate(content.lines)}
    done: dict[str, None] = {}

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise TariffError(" → ".join((*path[path.index(code) :], code)))
        if code not in at:
            raise TariffError(f"{path[-1]} → {code}")
        if code not in done:
            for other in references(content.lines[at[code]]):
                visit(other, (*path, code))
            done[code] = None

    for line in content.lines:
        visit(line.code, ())
    return tuple(at[code] for code in done)
