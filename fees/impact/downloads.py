"""The tables of the effects and of the yearly figures as CSV: one decimal point, no spaces, no formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse

from fees.contents import harmless
from fees.impact import shown
from fees.impact.cliffs import Bound
from fees.impact.models import Replay, YearReport
from fees.tariff.money import plain

ROWS = ("code", "label", "quotes", "former", "new", "difference", "per_cent", "more", "less", "unchanged", "more_by", "less_by", "refused")


def as_file(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A table as a CSV file."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(head)
    for row in rows:
        out.writerow(["" if cell is None else harmless(cell) for cell in row])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def of_replay(replay: Replay, table: str, user: Any) -> HttpResponse:
    """One table of a run; 404 for what there is not."""
    name = f"{replay.version.grid.code}-v{replay.version.number}-{table}"
    if table == "hausses":
        rises = [(one.number, one.rise.former, one.rise.new, one.rise.rise) for one in shown.rises_of(replay, user)]
        return as_file(name, ("quote", "former", "new", "rise"), rises)
    if table == "refus":
        refusals = [(one.key, one.label, str(one.kind), one.quotes) for one in shown.refusals_of(replay)]
        return as_file(name, ("key", "label", "kind", "quotes"), refusals)
    wanted = {"categories": "category", "detenteurs": "holder"}.get(table)
    found = next((one for one in shown.tables_of(list(replay.rows.all())) if one.code == wanted), None)
    if found is None:
        raise Http404
    return as_file(name, ROWS, (_sums(one) for one in found.rows))


def _sums(one: shown.RowShown) -> list[Any]:
    row = one.row
    counted = [row.code, one.label, row.quotes, row.former, row.new, one.difference, one.per_cent]
    return [*counted, row.risen, row.fallen, one.unchanged, row.risen_by, row.fallen_by, row.refused]


def of_bounds(name: str, bounds: list[Bound]) -> HttpResponse:
    """What lines cost around their bounds."""
    rows = [(one.line.code, plain(one.bound), plain(row.quantity), row.amount, row.change) for one in bounds for row in one.rows]
    return as_file(name, ("line", "bound", "quantity", "amount", "change"), rows)


def of_year(report: YearReport) -> HttpResponse:
    """The figures of a year in one table; what is hidden is empty."""
    head = ("table", "code", "label", "number", "average_before_reductions", "average_net", "least", "most", "median_days")
    return as_file(f"redevances-{report.year}", head, _of_year(report.figures))


def _of_year(figures: dict[str, Any]) -> Iterable[list[Any]]:
    whole = figures["whole"]
    yield ["all", "", "", whole["quotes"], whole["base"], whole["net"], None, None, None]
    for one in figures["category"]:
        yield ["category", one["code"], shown.category_label(one["code"]), one["quotes"], one["base"], one["net"], None, None, None]
    for one in figures["holder"]:
        yield ["holder", one["code"], one["name"], one["quotes"], None, one["net"], None, None, None]
    for table in ("reduction", "exemption"):
        for one in figures[table]:
            yield [table, one["code"], one["fr"], None, None, None, one["least"], one["most"], None]
    for one in figures["delays"]:
        yield ["delay", one["code"], one["name"], one["estimates"], None, None, None, None, one["days"]]
    yield ["delay", "", "", figures["delay"]["estimates"], None, None, None, None, figures["delay"]["days"]]
