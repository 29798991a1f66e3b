"""Replays and yearly figures as a person reads them: rows with their words and the length of their bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Organisation
from fees.impact.models import Replay, ReplayRefusal, ReplayRise, ReplayRow
from fees.tariff.facts import CATEGORIES
from fees.tariff.written import Text
from fees.words import fact_label, said
from requests_app.models import Dossier

TITLES = {ReplayRow.Kind.CATEGORY.value: gettext_lazy("By category of requester"), ReplayRow.Kind.HOLDER.value: gettext_lazy("By holder")}
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class RowShown:
    """One row of the effects: its label, its sums, and its bars in hundredths of the longest."""

    label: str
    row: ReplayRow
    former_length: Decimal
    new_length: Decimal

    @property
    def difference(self) -> Decimal:
        """What would be paid more, or less when negative."""
        return self.row.new - self.row.former

    @property
    def per_cent(self) -> Decimal | None:
        """The difference in per cent of what was; None when nothing was."""
        return (self.difference / self.row.former * HUNDRED).quantize(Decimal("0.1")) if self.row.former else None

    @property
    def unchanged(self) -> int:
        """How many quotes would cost the same."""
        return self.row.quotes - self.row.risen - self.row.fallen


@dataclass(frozen=True)
class TableShown:
    """A chart that is also a table."""

    code: str
    title: Any
    rows: list[RowShown]


@dataclass(frozen=True)
class RiseShown:
    """A quote that would rise; its number only for who may see it."""

    number: str
    url: str
    rise: ReplayRise


@dataclass(frozen=True)
class RefusalShown:
    """Why quotes could not be priced again, and how many."""

    label: str
    key: str
    kind: Any
    quotes: int


def category_label(code: str) -> str:
    """A category of requesters in words."""
    if not code:
        return pgettext("category", "Not said")
    words = said(CATEGORIES[code]) if code in CATEGORIES else code
    return words[:1].upper() + words[1:]


def holder_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of organisations by the identifiers that quotes use: a SIREN, or `organisation-<number>`; one query."""
    asked = set(codes)
    numbers = [int(code.removeprefix("organisation-")) for code in asked if code.removeprefix("organisation-").isdecimal()]
    rows = Organisation.objects.filter(siren__in=asked) | Organisation.objects.filter(pk__in=[one for one in numbers if one < 2**31])
    return {code: row.name for row in rows for code in (row.siren, f"organisation-{row.pk}") if code in asked}


def tables_of(rows: list[ReplayRow]) -> list[TableShown]:
    """The sums by category and by holder; one query."""
    unnamed = [row.code for row in rows if row.kind == ReplayRow.Kind.HOLDER and not row.name]
    names = holder_names(unnamed) if unnamed else {}
    tables = []
    for kind, title in TITLES.items():
        own = [row for row in rows if row.kind == kind]
        longest = max((max(row.former, row.new) for row in own), default=Decimal(0)) or Decimal(1)
        shown = [_row(row, names, longest) for row in sorted(own, key=lambda row: (-abs(row.new - row.former), row.code))]
        tables.append(TableShown(kind, title, shown))
    return tables


def _row(row: ReplayRow, names: dict[str, str], longest: Decimal) -> RowShown:
    label = category_label(row.code) if row.kind == ReplayRow.Kind.CATEGORY else row.name or names.get(row.code, row.code)
    return RowShown(label, row, row.former / longest * HUNDRED, row.new / longest * HUNDRED)


def whole_of(rows: list[ReplayRow], replay: Replay) -> RowShown:
    """The sums of all quotes."""
    row = next((row for row in rows if row.kind == ReplayRow.Kind.ALL), ReplayRow(replay=replay, kind=ReplayRow.Kind.ALL))
    return RowShown(_("All quotes"), row, HUNDRED, HUNDRED)


def rises_of(replay: Replay, user: Any) -> list[RiseShown]:
    """The largest rises; the number of a quote only for who may see its dossier. Two queries."""
    rises = list(replay.rises.select_related("quote__dossier").defer("quote__snapshot", "quote__choices", "quote__words"))
    dossiers = {rise.quote.dossier_id for rise in rises}
    visible = set(Dossier.objects.visible_to(user).filter(pk__in=dossiers).order_by().values_list("pk", flat=True)) if rises else set()
    return [
        RiseShown(rise.quote.number, rise.quote.get_absolute_url(), rise) if rise.quote.dossier_id in visible else RiseShown("", "", rise)
        for rise in rises
    ]


def refusals_of(replay: Replay) -> list[RefusalShown]:
    """What lacked, and for how many quotes; one query."""
    return [RefusalShown(_refused(row), row.key, row.get_kind_display(), row.quotes) for row in replay.refusals.all()]


def _refused(row: ReplayRefusal) -> str:
    if row.key.startswith("choice:"):
        return _("amount chosen for the line %(line)s") % {"line": row.key.removeprefix("choice:")}
    if row.kind == ReplayRefusal.Kind.VAT:
        return _("line %(line)s") % {"line": row.key}
    return str(fact_label(row.key))


@dataclass(frozen=True)
class CellShown:
    """One row of a yearly table; figures are None where the cell is hidden."""

    label: str
    quotes: int | None
    base: Decimal | None = None
    net: Decimal | None = None
    length: Decimal = Decimal(0)


def year_shown(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures of a year in words; one query for the names of holders."""
    names = holder_names([one["code"] for one in figures.get("holder", ())])
    categories = _cells(figures.get("category", ()), lambda one: category_label(one["code"]))
    holders = _cells(figures.get("holder", ()), lambda one: one["name"] or names.get(one["code"], one["code"]))
    whole = figures.get("whole")
    return {
        "whole": _cells([whole], lambda _one: _("All quotes"))[0] if whole else None,
        "categories": categories,
        "holders": holders,
        "reductions": [_granted(one) for one in figures.get("reduction", ())],
        "exemptions": [_granted(one) for one in figures.get("exemption", ())],
        "delays": figures.get("delays", []),
        "delay": figures.get("delay", {}),
        "is_example": figures.get("illustrative", False),
    }


def _cells(rows: Iterable[dict[str, Any]], label: Any) -> list[CellShown]:
    rows = list(rows)
    longest = max((Decimal(one["net"]) for one in rows if one["net"] is not None), default=Decimal(0)) or Decimal(1)
    return [_cell(one, label(one), longest) for one in rows]


def _cell(one: dict[str, Any], label: str, longest: Decimal) -> CellShown:
    if one["quotes"] is None:
        return CellShown(label, None)
    net = Decimal(one["net"])
    return CellShown(label, one["quotes"], Decimal(one["base"]), net, net / longest * HUNDRED)


def _granted(one: dict[str, Any]) -> dict[str, Any]:
    return {"code": one["code"], "label": said(Text(one["fr"], one["en"])) or one["code"], "range": range_in_words(one)}


def range_in_words(one: dict[str, Any]) -> str:
    """“5 to 9”, “1,000 or more”; empty where the cell is hidden."""
    if one["least"] is None:
        return ""
    if one["most"] is None:
        return _("%(least)d or more") % {"least": one["least"]}
    return _("%(least)d to %(most)d") % {"least": one["least"], "most": one["most"]}
