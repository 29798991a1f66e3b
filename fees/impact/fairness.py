"""The figures of a year without names: sums as quotes come by, and what may be read of them. Values only.

A cell is shown when it covers at least five different requesters. When a part of a whole is hidden, another one is hidden with it, so
that nobody finds it by subtraction. Reductions and exemptions overlap the categories: how often they were granted is told in ranges.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fees.impact.past import Past
from fees.tariff.money import cents
from fees.tariff.vocabulary import Kind, Op

#: The fewest requesters of a cell that is shown.
FEWEST = 5
#: The first number of each range.
RANGES = (5, 10, 20, 50, 100, 200, 500, 1_000)
#: Tables whose cells make a whole; the cells of the others overlap.
PARTS = ("category", "holder")
GRANTED = {Op.MODIFIER.value, Op.ALLOCATED.value, Op.SUBSIDY.value, Op.EXEMPT.value}
WHOLE = "all"
#: Whether an example grid, which is no official tariff, has a part in the figures.
EXAMPLE = "illustrative"


def count_in(tally: dict[str, Any], past: Past) -> None:
    """Add one quote to the sums of its year."""
    lines = past.document["result"]["lines"]
    base = sum((Decimal(line["base"]) for line in lines), Decimal(0))
    net = sum((Decimal(line["net"]) for line in lines), Decimal(0))
    _add(tally, WHOLE, "", past, base, net)
    _add(tally, "category", past.category, past, base, net)
    tally[EXAMPLE] = tally.get(EXAMPLE, False) or any(version["grid"].get("illustrative") for version in past.document["versions"])
    names = past.names
    for payee, owed in past.by_payee.items():
        _add(tally, "holder", payee, past, Decimal(0), owed)["name"] = names.get(payee, "")
    for key, modifier in _granted(past):
        table = "exemption" if modifier["kind"] == Kind.EXEMPT.value else "reduction"
        if modifier["kind"] != Kind.SURCHARGE.value:
            _add(tally, table, key, past, Decimal(0), Decimal(0))["label"] = modifier["label"]


def _add(tally: dict[str, Any], table: str, code: str, past: Past, base: Decimal, net: Decimal) -> dict[str, Any]:
    cell: dict[str, Any] = tally.setdefault(table, {}).setdefault(code, {"quotes": 0, "base": "0", "net": "0", "who": []})
    cell["quotes"] += 1
    cell["base"], cell["net"] = str(Decimal(cell["base"]) + base), str(Decimal(cell["net"]) + net)
    if len(cell["who"]) < FEWEST and past.requester not in cell["who"]:
        cell["who"].append(past.requester)
    return cell


def _granted(past: Past) -> Iterator[tuple[str, dict[str, Any]]]:
    """The modifiers that acted on a quote, each once."""
    steps = {
        (line["key"]["grid"], step["code"])
        for line in past.document["result"]["lines"]
        for step in line.get("steps", ())
        if step["op"] in GRANTED and step.get("code")
    }
    for version in past.document["versions"]:
        for modifier in version["content"].get("modifiers", ()):
            if (version["grid"]["code"], modifier["code"]) in steps:
                yield f"{version['grid']['code']}/{modifier['code']}", modifier


def shown(tally: dict[str, Any]) -> dict[str, Any]:
    """What may be read: each table with its cells, those that are too small without figures."""
    whole = tally.get(WHOLE, {}).get("", {"quotes": 0, "base": "0", "net": "0", "who": []})
    told: dict[str, Any] = {"whole": _figures("", whole, hidden=_is_small(whole)), EXAMPLE: bool(tally.get(EXAMPLE))}
    for table in PARTS:
        cells = tally.get(table, {})
        hidden = to_hide(cells)
        told[table] = [_figures(code, cell, hidden=code in hidden) for code, cell in sorted(cells.items())]
    for table in ("reduction", "exemption"):
        told[table] = [_in_ranges(code, cell) for code, cell in sorted(tally.get(table, {}).items())]
    return told


def _is_small(cell: dict[str, Any]) -> bool:
    return len(cell["who"]) < FEWEST


def to_hide(cells: dict[str, dict[str, Any]]) -> set[str]:
    """The cells that are too small, and as many of the next smallest as it takes that what is hidden says nothing of one of them."""
    in_order = sorted(cells, key=lambda code: (cells[code]["quotes"], code))
    hidden = {code for code in in_order if _is_small(cells[code])}
    for code in in_order:
        together = {who for one in hidden for who in cells[one]["who"]}
        if not hidden or (len(hidden) > 1 and len(together) >= FEWEST):
            break
        hidden.add(code)
    return hidden


def _figures(code: str, cell: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    named = {"code": code, "name": cell.get("name", "")}
    if hidden:
        return named | {"quotes": None, "base": None, "net": None}
    count = cell["quotes"]
    return named | {"quotes": count, "base": _average(cell["base"], count), "net": _average(cell["net"], count)}


def _average(total: str, count: int) -> str:
    return str(cents(Decimal(total) / count))


def _in_ranges(code: str, cell: dict[str, Any]) -> dict[str, Any]:
    label = cell.get("label", {})
    named = {"code": code, "fr": label.get("fr", ""), "en": label.get("en", "")}
    if _is_small(cell):
        return named | {"least": None, "most": None}
    least = max(bound for bound in RANGES if bound <= cell["quotes"])
    above = [bound for bound in RANGES if bound > least]
    return named | {"least": least, "most": above[0] - 1 if above else None}


def delays_shown(rows: list[tuple[str, str, int, float | None]], whole: tuple[int, float | None]) -> dict[str, Any]:
    """The delays of holders: (code, name, estimates, median in days); those of fewer than five estimates say nothing."""
    told = [{"code": code, "name": name} | _delay(count, days) for code, name, count, days in rows]
    return {"delays": told, "delay": _delay(*whole)}


def _delay(count: int, days: float | None) -> dict[str, Any]:
    return {"estimates": None, "days": None} if count < FEWEST or days is None else {"estimates": count, "days": round(days, 1)}
