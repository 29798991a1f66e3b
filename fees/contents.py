"""Rows to the values of the calculator and back; `fees.tariff.exchange` alone reads and writes the documents."""

from __future__ import annotations

import csv
import functools
import io
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from fees.tariff import exchange
from fees.tariff.dto import (
    AmendmentPolicy,
    BadDocument,
    Billing,
    Condition,
    Content,
    Grid,
    GridVersion,
    Scope,
    SelectingDate,
    Text,
)
from fees.tariff.money import plain
from workflow.refusals import Broken, RuleBroken

#: Faults of a file that are said at a time.
MOST_FAULTS = 50


@functools.lru_cache(maxsize=256)
def _read(text: str) -> Content:
    return exchange.read_content(text)


def content_of(version: Any) -> Content:
    """The content of a version, read once for each text."""
    return _read(version.content)


def text_of(content: Content) -> tuple[str, str]:
    """The content as its canonical text, and the hash of it."""
    text = exchange.content_text(content)
    return text, exchange.sha256(text)


def grid_of(grid: Any) -> Grid:
    """The header of a grid as the calculator knows it."""
    return Grid(
        code=grid.code,
        name=Text(grid.name_fr, grid.name_en),
        owner=grid.owner_code,
        owner_name=grid.owner_name,
        scope=Scope(grid.scope),
        currency=grid.currency,
        holder_is_public=grid.holder_is_public,
        legal_basis=grid.legal_basis,
        publication_url=grid.publication_url,
        billing=Billing(grid.billing),
        illustrative=grid.illustrative,
    )


def version_of(row: Any) -> GridVersion:
    """A version as the calculator reads it; the row comes with its grid."""
    return GridVersion(
        grid=grid_of(row.grid),
        number=row.number,
        content=content_of(row),
        label=row.label,
        valid_from=row.since,
        valid_to=row.until,
        selecting_date=SelectingDate(row.selecting_date),
        amendment_policy=AmendmentPolicy(row.amendment_policy),
        change_note=Text(row.change_note_fr, row.change_note_en),
    )


def read_file(text: str) -> GridVersion:
    """A version from a YAML or JSON file. Raises RuleBroken with every fault and where it stands."""
    try:
        return exchange.read_json(text) if text.lstrip().startswith("{") else exchange.read_yaml(text)
    except BadDocument as refusal:
        faults = [
            Broken(_("%(where)s: %(sentence)s") % {"where": fault.path, "sentence": fault.words}, where="file")
            for fault in refusal.faults[:MOST_FAULTS]
        ]
        raise RuleBroken(*faults) from refusal


def condition_from(kept: Any) -> Condition | None:
    """A condition from what a row keeps of it."""
    return None if kept is None else exchange.read_condition(json.dumps(kept))


def condition_kept(condition: Condition | None) -> Any:
    """A condition as a row keeps it."""
    return json.loads(exchange.condition_text(condition))


#: The columns of the table: one row a line, or a tier of a line.
COLUMNS = (
    *("grid", "version", "valid_from", "valid_to", "line", "label_fr", "label_en", "group", "cost_basis", "payee", "mode", "unit"),
    *("tier_up_to", "unit_amount", "fixed_amount", "lowest", "highest", "vat_profile", "article"),
)


def as_csv(row: Any) -> str:
    """The lines of a version as a table, one row for each line or each of its tiers; modifiers stand in the other formats."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    head = [row.grid.code, row.number, row.since.isoformat(), _day(row.until)]
    for line in content_of(row).lines:
        told = [line.code, line.label.fr, line.label.en, line.group.value, line.cost_basis.value]
        told += [line.payee or row.grid.owner_code, line.mode.value, line.unit.value]
        prices = [(_number(tier.up_to), plain(tier.unit_amount), plain(tier.flat_amount)) for tier in line.tiers]
        bounds = [_number(_either(line.min_amount, line.range_min)), _number(_either(line.max_amount, line.range_max))]
        for price in prices or [("", plain(line.unit_amount), "")]:
            writer.writerow([harmless(cell) for cell in (*head, *told, *price, *bounds, line.vat_profile, line.article)])
    return out.getvalue()


def _either(one: Any, other: Any) -> Any:
    return one if one is not None else other


def _number(value: Any) -> str:
    return "" if value is None else plain(value)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula is set apart."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
