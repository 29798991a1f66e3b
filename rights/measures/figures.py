"""The public figures: read from the months that are closed, never counted anew; what is masked is said to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.links import absolute
from catalogue.models import Database
from rights.measures.complaints import complaints_of, complaints_of_all
from rights.measures.delays import LEAST, MOST
from rights.measures.document import OF_ANSWERED
from rights.measures.models import Month
from rights.measures.states import ComplaintSource
from rights.slots import SENT
from rights.states import Channel, Reason, Right, RoutingState

#: Months of the charts over time.
SERIES = 12
STEPS: dict[str, Any] = {
    "who": gettext_lazy("For whom"),
    "databases": gettext_lazy("Which databases"),
    "rights": gettext_lazy("Which rights"),
    "identity": gettext_lazy("Who asks"),
    SENT: pgettext_lazy("form", "Sent"),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Bar:
    """One row of a chart; without a number it is masked."""

    label: str
    number: int | None
    length: float = 0
    address: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart that is also a table."""

    code: str
    title: Any
    unit: Any
    bars: list[Bar]


def in_time() -> str | None:
    """How many in a hundred were answered in time in the last closed month, for the home page; None where it cannot be told."""
    found = Month.objects.values_list("document__delays__in_time", "document__delays_of").first()
    return share_in_words(found[0]) if found and found[0] and found[1] == OF_ANSWERED else None


def share_in_words(share: Row) -> str:
    """A share as people read it: exact, or the bound that is known."""
    words = {LEAST: _("at least %(percent)d%%"), MOST: _("at most %(percent)d%%")}.get(share["is"], _("%(percent)d%%"))
    return words % {"percent": share["percent"]}


def month_named(name: str) -> Month:
    """A closed month by its name; 404 for any other."""
    found: Month | None = Month.objects.filter(month=f"{name}-01").first()
    if found is None:
        raise Http404
    return found


def months_document() -> dict[str, Any]:
    """The months that are published, with their addresses, and the complaints of each as they are known today."""
    rows, complaints = Month.objects.only("month", "closed_at"), complaints_of_all()
    address = {kind: f"measures:month_{kind}" for kind in ("json", "csv")}
    told = [
        {"month": one.name}
        | {kind: absolute(reverse(where, args=[one.name])) for kind, where in address.items()}
        | {"complaints": complaints.get(one.month, [])}
        for one in rows
    ]
    return {"months": told}


def shown(name: str) -> dict[str, Any]:
    """The page of a month, or of the last one that is closed."""
    months = list(Month.objects.only("month"))
    if not months:
        return {"months": [], "month": None}
    month = month_named(name) if name else month_named(months[0].name)
    document = month.document
    labels = {one.slug: str(one.label) for one in Database.objects.order_by("pk")}
    return {
        "months": months,
        "month": month,
        "document": document,
        "charts": [chart for chart in (*_over_time(month), *_of_month(document, labels)) if chart.bars],
        "delays": _delays(document),
        "of_answered": document.get("delays_of") == OF_ANSWERED,
        "sets": [(labels.get(one["database"], one["database"]), one["version"], one["size"]) for one in document["sets"]],
        "complaints": [_complaint(one) for one in complaints_of(month.month)],
        "health": _health(document.get("form")),
        "steps": [(STEPS.get(one["step"], one["step"]), one) for one in document["steps"]],
    }


def _over_time(month: Month) -> list[Chart]:
    """What came and what ended, month by month, up to the one that is shown."""
    found = list(Month.objects.filter(month__lte=month.month)[:SERIES])[::-1]
    told = {"received": _("Requests received, by month"), "ended": _("Requests ended, by month")}
    return [
        _chart(f"{table}_months", title, [(date_format(one.month, "F Y"), total(one.document[table]), _address(one)) for one in found])
        for table, title in told.items()
    ]


def _address(month: Month) -> str:
    return reverse("measures:month", args=[month.name])


def _of_month(document: dict[str, Any], labels: dict[str, str]) -> list[Chart]:
    received, ended = document["received"], document["ended"]
    return [
        _chart("rights", _("Received, by right"), _named(by(received, "right", 1), dict(Right.choices))),
        _chart("databases", _("Received, by database"), _named(_by_database(received), labels)),
        _chart("channels", _("Received, by the way they came"), _named(by(received, "channel", 2), dict(Channel.choices))),
        _chart("outcomes", _("Ended, by outcome"), _named(by(ended, "outcome", 2), dict(RoutingState.choices))),
        _chart("reasons", _("Refused in whole or in part, by reason"), _named(_reasons(ended), dict(Reason.choices))),
    ]


def _named(found: list[tuple[str, int | None]], labels: Mapping[str, Any]) -> list[tuple[str, int | None, str]]:
    return [(str(labels.get(code, code)) if code else _("Not broken down"), count, "") for code, count in found]


def _chart(code: str, title: str, rows: Iterable[tuple[str, int | None, str]]) -> Chart:
    told = list(rows)
    longest = max((count or 0 for _label, count, _address in told), default=0) or 1
    return Chart(code, title, _("requests"), [Bar(label, count, 100 * (count or 0) / longest, where) for label, count, where in told])


def total(rows: Iterable[Row]) -> int | None:
    """The number of requests of a table; none when there is no row, None when it is masked."""
    return next((row["count"] for row in rows if row["database"] == "" and row["right"] is None), 0)


def by(rows: list[Row], column: str, depth: int) -> list[tuple[str, int | None]]:
    """The published counts of all databases at a depth of the kinds, added up by one column.

    What is masked, or stands below something masked, is in no sum: it is told as a rest. So these sums say nothing that the rows do not.
    """
    found: dict[str, int | None] = {}
    for row in rows:
        if row["database"] == "" and _depth(row) == depth:
            before = found.get(row[column])
            found[row[column]] = before if row["count"] is None else (before or 0) + row["count"]
    return _with_rest(sorted(found.items(), key=lambda one: -(one[1] or 0)), total(rows))


def _by_database(rows: list[Row]) -> list[tuple[str, int | None]]:
    found = [(row["database"], row["count"]) for row in rows if row["database"] and _depth(row) == 0]
    return sorted(found, key=lambda one: (-(one[1] or 0), one[0]))


def _reasons(rows: list[Row]) -> list[tuple[str, int | None]]:
    """The reasons of refusals alone; what has none is left out, and so is the rest, which would count it."""
    refused = [row for row in rows if row.get("reason") != ""]
    return [(code, count) for code, count in by(refused, "reason", 3) if code]


def _with_rest(found: list[tuple[str, int | None]], whole: int | None) -> list[tuple[str, int | None]]:
    """The sums, and last what they leave of the whole, under no code."""
    known = sum(count for _code, count in found if count is not None)
    return [*found, ("", whole - known)] if whole and whole > known else found


def _depth(row: Row) -> int:
    return sum(row[name] is not None for name in ("right", "channel", "outcome", "reason") if name in row)


def _delays(document: Row) -> list[tuple[str, str]]:
    """The delays in words; what would tell a small count is left out. The first months told those of all that ended."""
    told, of_answered = document["delays"], document.get("delays_of") == OF_ANSWERED
    shares = {
        "in_time": _("Answered in time") if of_answered else _("Ended in time"),
        "late": _("Answered late") if of_answered else _("Ended late"),
        "in_month": _("In time, without an extension"),
        "extended": _("In time, with an extension"),
    }
    half = _("Half of them were answered within") if of_answered else _("Half of them ended within")
    most = _("Nine in ten were answered within") if of_answered else _("Nine in ten ended within")
    days = {"median_days": half, "p90_days": most}
    rows = [(label, share_in_words(told[name])) for name, label in shares.items() if told[name]]
    rows += [(label, _("%(days)d days") % {"days": told[name]}) for name, label in days.items() if told[name] is not None]
    return rows + _given_up(document.get("given_up", {}))


def _given_up(told: Row) -> list[tuple[str, str]]:
    """What ended without an answer stands apart."""
    labels = {RoutingState.WITHDRAWN: _("Withdrawn by the person, apart"), RoutingState.EXPIRED: _("Ended without an answer, apart")}
    return [(label, number_in_words(told[state])) for state, label in labels.items() if state in told]


def _complaint(told: Row) -> tuple[str, str, date]:
    """To whom complaints went, how many are known, and since when."""
    return str(ComplaintSource(told["source"]).label), number_in_words(told["count"]), date.fromisoformat(told["known_on"])


def _health(told: Row | None) -> list[tuple[str, str]]:
    """How well the form worked; nothing of the first months, in which it was not counted, nor of one with few pages."""
    if told is None or told["failed"] is None:
        return []
    labels = {"failed": _("Pages that ended in an error of the site"), "waited": _("Pages that had to wait because very many came at once")}
    percent = _("%(percent)s%%")
    pages = [(_("Pages of the form that were asked for, about"), number_format(told["pages"], force_grouping=True))]
    return pages + [(label, percent % {"percent": number_format(told[name], 1)}) for name, label in labels.items()]


def number_in_words(count: int | None) -> str:
    """A published number, or that it is masked."""
    return pgettext("count", "masked") if count is None else str(count)
