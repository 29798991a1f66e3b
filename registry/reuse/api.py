"""The API of the registry, version 1: what everybody may read, by GET, without account nor cookie; nothing but live fiches.

An answer that a program has already is not sent twice (ETag); what goes wrong is a problem document.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, QueryDict
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path
from ninja import Query as Asked
from ninja.errors import Throttled, ValidationError

from registry.models import Fiche
from registry.reuse import documents
from registry.reuse.answers import problem, today, unless_known
from registry.reuse.api_schemas import (
    ChangePage,
    FacetList,
    FicheDocument,
    FichePage,
    OneFicheDocument,
    Problem,
    VersionDocument,
    VersionList,
)
from registry.reuse.documents import Document, Gone, Misunderstood
from registry.reuse.schema import LICENCE
from registry.reuse.throttle import MinuteThrottle
from registry.search import FACETS, SORTS, Query

api = NinjaAPI(
    title="Public registry of projects using health data",
    version="1.0.0",
    description="Every authorised project that uses health data in France: read only, open to all, no key.",
    docs_url=None,
    openapi_url=None,  # served by our own view: ours is nested in another namespace
    urls_namespace="registry-api",
    throttle=[MinuteThrottle()],
    openapi_extra={
        "info": {"license": {"name": LICENCE["title"], "url": LICENCE["path"]}, "contact": {"email": settings.OPERATOR_CONTACT}}
    },
)
PREFIX = "/api/v1/"
FIELDS = tuple(FicheDocument.model_fields)
PAGED = ("cursor", "limit")
SEARCHED = ("q", *FACETS)
REFUSED = {400: Problem, 422: Problem, 429: Problem}
LIMIT = Asked(20, ge=1, le=100, description=gettext_noop("How many on a page, 100 at most."))
CURSOR = Asked("", description=gettext_noop("The next_cursor of the page before."))
NUMBER = Path(..., description=gettext_noop("The number of a project, as its address holds it."))
CHOSEN = Asked("", description=gettext_noop("Only these fields, separated by commas; said.results is a part of what the fiche says."))


def parameters_of_search() -> list[dict[str, Any]]:
    """The words and the filters, as OpenAPI describes them; they are those of the public search page."""
    words, code = (
        gettext_noop("Words, as in the search of the registry."),
        gettext_noop("A code of this filter; may be repeated: one or the other."),
    )
    several = {"type": "array", "items": {"type": "string"}}
    filters = [{"name": facet, "in": "query", "schema": several, "description": code} for facet in FACETS]
    return [{"name": "q", "in": "query", "schema": {"type": "string"}, "description": words}, *filters]


def asked_of(request: HttpRequest, *others: str) -> Query:
    """The search of an address; raises Misunderstood for a parameter that there is not."""
    refuse_unknown(request, *SEARCHED, *others)
    return Query.from_address(request.GET)


def refuse_unknown(request: HttpRequest, *known: str) -> None:
    """Raises Misunderstood for a parameter that there is not: a filter that is misspelt must not pass for an answer."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        raise Misunderstood(_("There is no parameter: %(names)s") % {"names": ", ".join(unknown)})


def answered(request: HttpRequest, make: Callable[[], Document]) -> HttpResponseBase:
    """The document, its tag, and the address of the next page."""

    def whole() -> HttpResponseBase:
        document = make()
        response = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
        if document.get("next_cursor"):
            response["Link"] = f'<{next_address(request, document["next_cursor"])}>; rel="next"'
        return response

    return unless_known(request, today(), whole, get_language())


def next_address(request: HttpRequest, cursor: str) -> str:
    """The address of the next page: this one with another cursor."""
    following: QueryDict = request.GET.copy()
    following["cursor"] = cursor
    return f"{settings.SITE_URL.rstrip('/')}{request.path}?{following.urlencode()}"


def about(request: HttpRequest, number: str, make: Callable[[Fiche], Document | None]) -> HttpResponseBase:
    """What is told of one fiche; 404 when the number was never given, 410 with the ground when it was withdrawn."""
    fiche = documents.one(number)
    if isinstance(fiche, Gone):
        return problem(410, _("This fiche was withdrawn"), fiche.reason, number=fiche.number, withdrawn_at=fiche.at)
    if fiche is None:
        raise Http404(number)
    document = make(fiche)
    if document is None:
        raise Http404(number)
    return answered(request, lambda: document)


def chosen(text: str, *more: str) -> Collection[str]:
    """The fields that are asked for."""
    return documents.fields_named(text, {*FIELDS, *more})


@api.get(
    "/fiches",
    response={200: FichePage} | REFUSED,
    summary=gettext_noop("Search the projects"),
    description=gettext_noop("A page of the projects found, with the number of them all."),
    openapi_extra={"parameters": parameters_of_search()},
)
def fiches(
    request: HttpRequest,
    sort: str = Asked("", description=gettext_noop("recent, oldest, title or relevance (with words).")),
    fields: str = CHOSEN,
    limit: int = LIMIT,
    cursor: str = CURSOR,
) -> HttpResponseBase:
    """A page of the projects found, with the number of them all."""
    query, names = asked_of(request, "sort", "fields", *PAGED), chosen(fields)
    if sort and sort not in SORTS:
        raise Misunderstood(_("There is no order: %(name)s") % {"name": sort})
    return answered(request, lambda: documents.page_of_fiches(query, today(), cursor=cursor, limit=limit, fields=names))


@api.get(
    "/fiches/{number}",
    response={200: OneFicheDocument, 404: Problem, 410: Problem} | REFUSED,
    summary=gettext_noop("Read one project"),
    description=gettext_noop("Everything that the fiche of a number says; the numbers of the national register are known too."),
)
def fiche(request: HttpRequest, number: str = NUMBER, fields: str = CHOSEN) -> HttpResponseBase:
    """Everything that the fiche of a number says; the numbers of the national register are known too."""
    refuse_unknown(request, "fields")
    names = chosen(fields, "sha256")
    return about(request, number, lambda found: documents.fiche_document(found, today(), names))


@api.get(
    "/fiches/{number}/versions",
    response={200: VersionList, 404: Problem, 410: Problem} | REFUSED,
    summary=gettext_noop("List the versions of a project"),
    description=gettext_noop("When the fiche changed, why, and the digest of each version."),
)
def versions(request: HttpRequest, number: str = NUMBER) -> HttpResponseBase:
    """When the fiche changed, why, and the digest of each version."""
    refuse_unknown(request)
    return about(request, number, documents.versions_of)


@api.get(
    "/fiches/{number}/versions/{version}",
    response={200: VersionDocument, 404: Problem, 410: Problem} | REFUSED,
    summary=gettext_noop("Read one version of a project"),
    description=gettext_noop("What the fiche said from one moment on."),
)
def version(
    request: HttpRequest, number: str = NUMBER, version: int = Path(..., description=gettext_noop("The number of a version, from 1 on."))
) -> HttpResponseBase:
    """What the fiche said from one moment on."""
    refuse_unknown(request)
    return about(request, number, lambda found: documents.version_of(found, version))


@api.get(
    "/facets",
    response={200: FacetList} | REFUSED,
    summary=gettext_noop("List the filters with their counts"),
    description=gettext_noop(
        "The values of each filter among what the words and the other filters find; labels in the language asked for."
    ),
    openapi_extra={"parameters": parameters_of_search()},
)
def facets(request: HttpRequest) -> HttpResponseBase:
    """The values of each filter among what the words and the other filters find; labels in the language asked for."""
    query = asked_of(request)
    return answered(request, lambda: documents.filters_of(query, today()))


@api.get(
    "/changes",
    response={200: ChangePage} | REFUSED,
    summary=gettext_noop("Follow the changes"),
    description=gettext_noop("Publications, changes, withdrawals and returns, in the order in which they were written."),
)
def changes(
    request: HttpRequest,
    since: str = Asked("", description=gettext_noop("A day (2026-11-22) or a version of the registry (1234); since ever when absent.")),
    limit: int = LIMIT,
    cursor: str = CURSOR,
) -> HttpResponseBase:
    """Publications, changes, withdrawals and returns, in the order in which they were written."""
    refuse_unknown(request, "since", *PAGED)
    return answered(request, lambda: documents.page_of_changes(since, cursor=cursor, limit=limit))


@api.exception_handler(Misunderstood)
def misunderstood(request: HttpRequest, error: Misunderstood) -> HttpResponseBase:
    """422: the address asks for what does not exist."""
    return problem(422, _("Request not understood"), str(error))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponseBase:
    """422: a parameter is not of its kind."""
    faults = [{"parameter": str(fault["loc"][-1]), "message": fault["msg"]} for fault in error.errors]
    return problem(422, _("Request not understood"), errors=faults)


@api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponseBase:
    """404: the number or the version was never given."""
    return problem(404, _("Not found"))


@api.exception_handler(Throttled)
def too_many(request: HttpRequest, error: Throttled) -> HttpResponseBase:
    """429: more requests than the limit in this minute."""
    detail = _("No more than %(count)s requests a minute, please; for everything at once, take the files.")
    response = problem(429, _("Too many requests"), detail % {"count": settings.API_REQUESTS_PER_MINUTE})
    response["Retry-After"] = str(int(error.wait or 60) + 1)
    return response


def description() -> Document:
    """The API as OpenAPI tells it."""
    return dict(api.get_openapi_schema(path_prefix=PREFIX))
