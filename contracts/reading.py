"""Reading a convention: who may see its pages, under which roles, and what stands around each of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from contracts.models import Convention, ConventionVersion
from contracts.policies import MAY, PARTY, may, roles_on
from contracts.slots import PAGE_TABS
from requests_app.policies import TEAM_ROLES
from requests_app.reading import frame, roles_for
from ui.navigation import Link, stand_on_tab, stand_under
from workflow.access_log import log_read


def convention_for(request: HttpRequest, number: str) -> Convention:
    """The convention of this number, if the person may see it; 404 otherwise, as if it did not exist."""
    found: Convention = get_object_or_404(Convention.objects.for_reading(), number=number)
    if not request.user.is_authenticated or not may(request.user, "see", found):
        raise Http404
    roles = convention_roles(request, found)
    stand_under(request, "dossiers" if roles & TEAM_ROLES else "conventions" if roles & MAY["see_work"] else "my_conventions")
    return found


def convention_to(request: HttpRequest, number: str, action: str) -> Convention:
    """The convention with which the person may do this; 404 for others."""
    found = convention_for(request, number)
    if not convention_roles(request, found) & MAY[action]:
        raise Http404
    return found


def convention_roles(request: HttpRequest, convention: Convention) -> frozenset[str]:
    """The reader's roles on the convention, asked once a request."""
    known: dict[int, frozenset[str]] = request.__dict__.setdefault("_roles_on_conventions", {})
    if convention.pk not in known:
        known[convention.pk] = roles_on(request.user, convention)
    return known[convention.pk]


def version_for(convention: Convention, number: int) -> ConventionVersion:
    """A version of the convention; 404 where there is none of this number."""
    found: ConventionVersion = get_object_or_404(convention.versions.select_related("by"), number=number)
    found.convention = convention
    return found


def note_convention_read(request: HttpRequest, convention: Convention, page: str) -> None:
    """Whoever opens a convention leaves a line in the access log: it names people, and says what they owe each other."""
    log_read(request.user, page, Convention.subject_type, convention.pk)


def standing(request: HttpRequest, convention: Convention) -> dict[str, Any]:
    """What stands around each page of a convention: the frame of its dossier for who sees it, else a plain page; and its own menu."""
    told: dict[str, Any] = {"convention": convention, "pages": pages_of(request, convention), "base": "contracts/alone_base.html"}
    dossier = convention.dossier
    if dossier is not None and roles_for(request, dossier):
        stand_on_tab(request, "convention")
        told |= frame(request, dossier) | {"base": "dossiers/page_base.html"}
    return told


def pages_of(request: HttpRequest, convention: Convention) -> list[Link]:
    """The pages of a convention that the reader sees, in the order of its menu; empty when there is its own page only."""
    shown = [tab for tab in PAGE_TABS if tab.shown_to(request, convention)]
    links = [
        Link(tab.code, tab.label, reverse(tab.url_name, args=[convention.number]), awaiting=_awaiting(tab, request, convention))
        for tab in shown
    ]
    return [Link(one.code, one.label, one.url, request.path.startswith(one.url), awaiting=one.awaiting) for one in links]


def _awaiting(tab: Any, request: HttpRequest, convention: Convention) -> int:
    return tab.awaiting(request, convention) if tab.awaiting else 0


def is_party(request: HttpRequest, convention: Convention) -> bool:
    """Does the reader stand on the side of a party, or of the applicant?"""
    return bool(convention_roles(request, convention) & (TEAM_ROLES | {PARTY}))
