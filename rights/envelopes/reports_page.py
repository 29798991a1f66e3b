"""The pages of the signed reports of what was deleted, whichever kind: what they show, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rights import policies
from rights.envelopes.keys_page import window_key
from rights.envelopes.models import PurgeReport
from rights.models import SignedReport
from ui.pagination import page_of

ROWS = 50


@dataclass(frozen=True)
class Kind:
    """A kind of report: its rows, its words, what it counts, and where one of them is downloaded under which name."""

    model: type[SignedReport]
    heading: Any
    about: Any
    nothing: Any
    #: Column → its words.
    counts: dict[str, Any]
    address: str
    file: str


PURGES = Kind(
    PurgeReport,
    heading=_("Purges of sealed requests"),
    about=_(
        "Each night the site deletes the sealed bytes that it keeps no longer: fifteen days after the controller has opened them, at once"
        " when the person gives the request up, and after sixty days at the latest. Each run writes a report, signed, that holds the hash"
        " of the one before it."
    ),
    nothing=_("No purge has run yet."),
    counts={"envelopes": _("Envelopes deleted"), "messages": _("Messages deleted"), "expired": _("Requests expired")},
    address="envelopes:report",
    file="purge",
)


def sees(request: HttpRequest) -> bool:
    """Are these reports among the reader's pages?"""
    return request.user.is_authenticated and policies.may_on_site(request.user, "see_dashboard")


def shown(request: HttpRequest, kind: Kind) -> dict[str, Any]:
    """Every report of a kind, the last first; 404 when the page is not the reader's."""
    if not sees(request):
        raise Http404
    page = page_of(kind.model.objects.all(), request, ROWS)
    rows = [
        {
            "report": report,
            "counts": [(words, getattr(report, name)) for name, words in kind.counts.items()],
            "address": reverse(kind.address, args=[report.number]),
        }
        for report in page
    ]
    return {"kind": kind, "page": page, "rows": rows, "window": window_key()}


def downloaded(request: HttpRequest, kind: Kind, number: int) -> JsonResponse:
    """A report as it was signed, as a file; 404 when the page is not the reader's."""
    if not sees(request):
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{kind.file}-{number}.json"'}
    report = get_object_or_404(kind.model.objects, number=number)
    return JsonResponse(report.file, json_dumps_params={"ensure_ascii": False}, headers=headers)
