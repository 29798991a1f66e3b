"""Open data: the page that lists it, the files, their schema, and what changed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from registry.reuse import schema as described
from registry.reuse.answers import open_data, problem, today
from registry.reuse.api import description
from registry.reuse.downloads import LIVE, WRITTEN, changed, download, kept_file, snapshot_or_404
from registry.reuse.oai import answer_to
from registry.reuse.page import api_context, index_context
from registry.reuse.sitemap import index_of_parts, pages_of_site, part_of_fiches
from registry.reuse.snapshots import data_package


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can I take, in which format, under which licence, and how do I know that it is whole?"""
    return render(request, "reuse/index.html", index_context(today()))


@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """What does each column of the files say?"""
    return render(request, "reuse/columns.html", {"columns": described.columns(), "delimiter": described.DELIMITER})


@open_data
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The whole registry, or exactly the search that the address holds, as it is now."""
    if ending not in {*LIVE, *WRITTEN}:
        raise Http404(ending)
    return download(request, ending)


@open_data
def schema(request: HttpRequest) -> HttpResponseBase:
    """The columns for a program (Frictionless table schema)."""
    return JsonResponse(described.table_schema(), json_dumps_params={"ensure_ascii": False})


@open_data
def changes(request: HttpRequest) -> HttpResponseBase:
    """What changed since a day or a version of the registry; since ever when none is named."""
    return changed(request)


@open_data
def package(request: HttpRequest, day: str) -> HttpResponseBase:
    """One day's snapshot for a program (Frictionless data package)."""
    return JsonResponse(data_package(snapshot_or_404(day)), json_dumps_params={"ensure_ascii": False})


@open_data
def snapshot_file(request: HttpRequest, day: str, ending: str) -> HttpResponseBase:
    """One file of a snapshot."""
    return kept_file(request, day, ending)


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """How does a program ask the registry?"""
    return render(request, "reuse/api.html", api_context(description()))


@require_safe
def api_root(request: HttpRequest) -> HttpResponse:
    """Who comes to the root of the API wants to know how it is asked."""
    return redirect("reuse:api")


@open_data
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The API for tools (OpenAPI)."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@open_data
def no_such_address(request: HttpRequest) -> HttpResponseBase:
    """An address of the API that leads nowhere."""
    return problem(404, _("Not found"), _("The addresses of the API are told at /repertoire/donnees/api/."))


def _oai(request: HttpRequest) -> HttpResponseBase:
    """The registry for library catalogues (OAI-PMH 2.0); the protocol allows POST, which changes nothing either."""
    return HttpResponse(answer_to(request.POST if request.method == "POST" else request.GET), content_type="text/xml; charset=utf-8")


oai = csrf_exempt(open_data(_oai, "POST"))


@open_data
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Where search engines begin: the parts of the map."""
    return HttpResponse(index_of_parts(), content_type="application/xml")


@open_data
def sitemap_pages(request: HttpRequest) -> HttpResponseBase:
    """The pages for search engines that are no fiche."""
    return HttpResponse(pages_of_site(), content_type="application/xml")


@open_data
def sitemap_fiches(request: HttpRequest, part: int) -> HttpResponseBase:
    """One part of the fiches for search engines."""
    return HttpResponse(part_of_fiches(part), content_type="application/xml")
