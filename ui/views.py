"""The pages that belong to no procedure: home, site map, accessibility, robots."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ui.context import site_facts
from ui.home import doors, figures
from ui.navigation import sitemap_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the single window is, and the door for each kind of visitor."""
    return render(request, "ui/home.html", {"doors": doors(), "figures": figures()})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page this person can reach, by section."""
    return render(request, "ui/sitemap.html", {"sections": sitemap_for(request)})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement that the law requires of a public body's site."""
    return render(request, "ui/accessibility.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the public pages; a site with demonstration data stays out of their index."""
    return render(
        request,
        "robots.txt",
        {"closed": settings.DEMO_DATA, "site_url": settings.SITE_URL.rstrip("/")},
        content_type="text/plain; charset=utf-8",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error of ours: rendered without session, user or database, since any of them may be what broke."""
    return HttpResponseServerError(render_to_string("500.html", {"site": site_facts()}))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that could not be understood; as bare as the 500, because the request cannot be trusted."""
    return HttpResponse(render_to_string("400.html", {"site": site_facts()}), status=400)
