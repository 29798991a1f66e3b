"""The documents for harvesters: public, the same for everybody, in Turtle and JSON-LD."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from catalogue.models import Database
from registry.harvest import catalogs, projects
from registry.harvest.addresses import document, fiche_address
from registry.harvest.datasets import record
from registry.harvest.describing import page
from registry.harvest.facts import known
from registry.harvest.queries import PER_PAGE, databases, numbers_of_projects, purposes
from registry.harvest.queries import projects as projects_after
from registry.harvest.serving import answer, told
from registry.harvest.structure import structure_file
from registry.models import Fiche
from registry.reuse.answers import open_data, problem
from registry.trust.floods import MINUTE, let_through

#: Pages of projects that one visitor is given in a minute: a million projects in half an hour.
MOST_PAGES = 60


@open_data
def catalog(request: HttpRequest, ending: str = "") -> HttpResponseBase:
    """Which datasets are there to harvest?"""
    return answer(request, catalogs.catalog(databases()), ending, page("catalogue:index"))


@open_data
def database(request: HttpRequest, slug: str, ending: str = "") -> HttpResponseBase:
    """The record of one database, as HealthDCAT-AP; 404 while a compulsory fact is unknown."""
    found = get_object_or_404(databases(), slug=slug)
    if known().of(slug).lacks:
        return _waiting(found)
    named = [fiche_address(number) for number in numbers_of_projects(slug)]
    return answer(request, record(found, purposes(), named), ending, page("catalogue:database", slug))


def _waiting(found: Database) -> HttpResponse:
    sentence = _("The European record of %(database)s is not published yet: nobody has declared its health data categories.")
    return HttpResponse(sentence % {"database": found.acronym}, "text/plain; charset=utf-8", 404)


@open_data
def structure(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What is the database made of?"""
    found = get_object_or_404(databases(), slug=slug)
    return told(request, structure_file(found, known().of(slug)), "text/csv; charset=utf-8")


@open_data
def database_projects(request: HttpRequest, slug: str, ending: str = "") -> HttpResponseBase:
    """Which projects use the database?"""
    found = get_object_or_404(Database.objects.active(), slug=slug)
    return _page(request, document("database_projects", slug), ending, page("catalogue:database", found.slug), slug)


@open_data
def all_projects(request: HttpRequest, ending: str = "") -> HttpResponseBase:
    """Which projects are there?"""
    return _page(request, document("projects"), ending, page("registry:index"), "")


def _page(request: HttpRequest, collection: str, ending: str, shown: str, database: str) -> HttpResponseBase:
    """A page of projects, from beyond the place in the address; each is long to write, so that they come so many a minute."""
    if not let_through(request, "harvest", MOST_PAGES, MINUTE):
        return _too_many()
    after = _place(request.GET.get("after", ""))
    found = projects_after(after, database)
    kept = found[:PER_PAGE]
    following = f"{collection}?after={kept[-1].pos}" if len(found) > PER_PAGE else ""
    view = f"{collection}?after={after}" if after >= 0 else collection
    return answer(request, projects.many(kept, collection, view, following), ending, shown)


def _too_many() -> HttpResponseBase:
    detail = _("No more than %(count)s requests a minute, please; for everything at once, take the files.")
    response = problem(429, _("Too many requests"), detail % {"count": MOST_PAGES})
    response["Retry-After"] = str(MINUTE)
    return response


def _place(asked: str) -> int:
    """The place of the last project that the reader has; -1 for a reader at the beginning. Anything else is an address that is none."""
    if not asked:
        return -1
    if asked.isascii() and asked.isdigit() and len(asked) <= 9:
        return int(asked)
    raise Http404(asked)


@open_data
def register(request: HttpRequest, ending: str = "") -> HttpResponseBase:
    """The register of projects, as a dataset."""
    return answer(request, catalogs.register(), ending, page("reuse:index"))


@open_data
def fiche(request: HttpRequest, number: str, ending: str = "") -> HttpResponseBase:
    """One project; 410 when its fiche was withdrawn."""
    found: Any = Fiche.objects.known_as(number)
    if found is None:
        raise Http404(number)
    return answer(request, projects.one(found), ending, page("registry:fiche", found.number), 200 if found.live else 410)
