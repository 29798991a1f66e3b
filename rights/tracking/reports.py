"""The reports of what was forgotten, and how many requests of each month are only counted now, for who watches over the site."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from rights.envelopes.keys_page import sees_purges
from rights.tracking.models import RetentionReport
from ui.pagination import page_of

ROWS = 50


def sees(request: HttpRequest) -> bool:
    """Are these reports among the reader's pages?"""
    return sees_purges(request)


def reports_shown(request: HttpRequest) -> dict[str, Any]:
    """Every report, the last first; 404 when the page is not the reader's."""
    if not sees(request):
        raise Http404
    return {"page": page_of(RetentionReport.objects.all(), request, ROWS)}


def report_file(request: HttpRequest, number: int) -> dict[str, Any]:
    """A report as it was signed; 404 when the page is not the reader's."""
    if not sees(request):
        raise Http404
    report = get_object_or_404(RetentionReport, number=number)
    return {"document": report.document, "sha256": report.sha256, "signature": report.signature, "signer": report.signer}
