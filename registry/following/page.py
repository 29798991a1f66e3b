"""What the page of the figures shows, and the same figures as files."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from registry.following.figures import Chart, chart_of, charts
from registry.following.words import search_in_words
from registry.search import Query
from workflow.periods import paris_day

__all__ = ["overview_shown", "search_in_words", "table_as_file"]


def _asked(request: HttpRequest) -> Query:
    asked = Query.from_address(request.GET)
    return Query(text=asked.text, filters=asked.filters)


def overview_shown(request: HttpRequest) -> dict[str, Any]:
    """The charts of the search that the address holds."""
    query, today = _asked(request), paris_day(timezone.now())
    return {"charts": charts(query, on=today), "query": query, "words": search_in_words(query), "today": today}


def table_as_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A chart as CSV or JSON; raises Http404 for what there is not."""
    found = chart_of(code, _asked(request), on=paris_day(timezone.now()))
    if found is None or form not in {"csv", "json"}:
        raise Http404(code)
    response = _as_json(found) if form == "json" else _as_csv(found)
    response["Content-Disposition"] = f'attachment; filename="{found.code}.{form}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _as_json(chart: Chart) -> HttpResponse:
    plain = [{"code": one.code, "label": one.label, "value": one.number} for one in chart.bars]
    rows = [row | ({"projects": int(one.note)} if one.note else {}) for row, one in zip(plain, chart.bars, strict=True)]
    told = {"title": str(chart.title), "unit": str(chart.unit), "rows": rows}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _as_csv(chart: Chart) -> HttpResponse:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["code", "label", str(chart.unit), *(["projects"] if any(one.note for one in chart.bars) else [])])
    for one in chart.bars:
        out.writerow([_plain(one.code), _plain(one.label), one.number, *([one.note] if one.note else [])])
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")


def _plain(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
