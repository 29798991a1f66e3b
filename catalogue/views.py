"""The public pages: the list of databases, and one database."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue.forms import LevelFilterForm
from catalogue.models import CategoryMapping, Component, Database, Level
from catalogue.panels import panels_of
from catalogue.policies import may
from catalogue.presentation import level_filters
from ui.pagination import page_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which databases are there, for whom, about what?"""
    asked = LevelFilterForm(request.GET).understood()
    found = Database.objects.active().matching(asked["q"])
    at_level = found.filter(level=asked["level"]) if asked["level"] else found
    ordered = at_level.newest_first() if asked["sort"] == "recent" else at_level.alphabetical()
    context = {
        "asked": asked,
        "page": page_of(ordered, request, per_page=30),
        "filters": level_filters(found.count_by_level(), asked["level"]),
        "may_edit": may(request.user, "edit_database"),
    }
    return render(request, "catalogue/index.html", context)


@require_safe
def database(request: HttpRequest, slug: str) -> HttpResponse:
    """Who answers for this database, what is in it, which rights are exercised there, who uses it?"""
    may_edit = may(request.user, "edit_database")
    shown = Database.objects.all() if may_edit else Database.objects.active()
    categories = Prefetch("category_mappings", CategoryMapping.objects.select_related("category").order_by("category__position"))
    components = Prefetch("components", Component.objects.filter(active=True).prefetch_related(categories).order_by("position", "pk"))
    found = get_object_or_404(shown.prefetch_related(categories, components), slug=slug)
    context = {"database": found, "may_edit": may_edit, "Level": Level}
    context |= {"panels": panels_of(request, found), "links": panels_of(request, found, "head")}
    context |= {place: panels_of(request, found, place) for place in ("rights", "keeping")}
    return render(request, "catalogue/database.html", context)
