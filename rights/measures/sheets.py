"""Figures as files: the same everywhere, open to every site, with nothing that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app.desks.sheets import disarmed

PLAIN = {"ensure_ascii": False, "indent": 1}
#: The columns of a month; codes, which no language changes.
COLUMNS = ("table", "database", "right", "outcome", "reason", "channel", "count", "masked")
MASKED = "masked"


def month_csv(document: dict[str, Any]) -> str:
    """The two tables of a month and what stands beside them, one number a line; empty for all kinds together, and where there is no kind.

    What ends without a reason stands there once: over all channels it is the line of its outcome.
    """
    rows = [(table, row) for table in ("received", "ended") for row in document[table]]
    lines = [_counted(table, row) for table, row in rows if row.get("reason") != "" or row["channel"] is not None]
    lines += [_counted("opposition_set", {"database": one["database"], "count": one["size"]}) for one in document["sets"]]
    for name, value in document["delays"].items():
        share = isinstance(value, dict)
        told = {"outcome": value["is"] if share else "", "count": value["percent"] if share else value}
        lines.append(_counted(f"{name}_percent" if share else name, told))
    lines += [_counted(f"given_up_{state}", {"outcome": state, "count": count}) for state, count in document.get("given_up", {}).items()]
    for one in document["steps"]:
        lines.append(_counted("form_step", {"outcome": one["step"], "count": one["reached"]}))
    lines += [_counted(f"form_{name}", {"count": value}) for name, value in document.get("form", {}).items()]
    lines += [_counted("complaints_known", {"outcome": one["source"], "count": one["count"]}) for one in document.get("complaints", [])]
    return _written([list(COLUMNS), *lines])


def _counted(table: str, row: dict[str, Any]) -> list[str]:
    count = row.get("count")
    kinds = [str(row.get(name) or "") for name in COLUMNS[1:6]]
    return [table, *kinds, "" if count is None else str(count), "1" if count is None else "0"]


def controllers_csv(rows: Iterable[Any]) -> str:
    """The controllers of the dashboard."""
    counted = [pgettext("requests", "Open"), pgettext("requests", "Late"), pgettext("requests", "Not opened")]
    ended = [_("Ended in twelve months"), pgettext("requests", "Extended"), pgettext("requests", "Ended late")]
    heads = [_("Controller"), *counted, *ended, _("Key")]
    lines = [
        [
            row.name,
            *map(str, (row.open, row.late, row.unopened, row.ended, row.extended, row.ended_late)),
            _("yes") if row.has_key else _("no"),
        ]
        for row in rows
    ]
    return "\ufeff" + _written([heads, *lines], delimiter=";")


def _written(lines: Iterable[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([[disarmed(cell) for cell in line] for line in lines])
    return text.getvalue()


def as_file(text: str, name: str) -> HttpResponse:
    """A CSV file under a name that stays."""
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def open_to_all(answer: HttpResponse) -> HttpResponse:
    """What any page of any site may read."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
