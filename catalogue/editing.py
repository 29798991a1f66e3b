"""The pages by which administrators keep databases and their components."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue import services
from catalogue.forms import ComponentForm, DatabaseForm
from catalogue.models import Component, Database
from catalogue.panels import panels_of
from catalogue.policies import author, only_who_may

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@only_who_may("edit_database")
def create(request: HttpRequest) -> HttpResponse:
    """A new database."""
    return _database_form(request, Database(), _("Add a database"))


@read_or_write
@only_who_may("edit_database")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said of a database."""
    database = get_object_or_404(Database, slug=slug)
    return _database_form(request, database, _("Edit %(name)s") % {"name": database.acronym})


def _database_form(request: HttpRequest, database: Database, title: str) -> HttpResponse:
    form = DatabaseForm(request.POST or None, instance=database)
    if form.is_valid():
        services.keep_database(form.instance, form.cleaned_data["categories"], by=author(request), at=timezone.now())
        messages.success(request, _("The database is saved."))
        return redirect(form.instance)
    context = {"form": form, "title": title, "database": database if database.pk else None}
    return render(request, "catalogue/form.html", context | {"keeping": panels_of(request, database, "keeping") if database.pk else []})


@read_or_write
@only_who_may("edit_database")
def add_component(request: HttpRequest, slug: str) -> HttpResponse:
    """A new component of a database."""
    database = get_object_or_404(Database, slug=slug)
    return _component_form(request, Component(database=database), _("Add a component"))


@read_or_write
@only_who_may("edit_database")
def edit_component(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What is said of a component."""
    component = get_object_or_404(Component.objects.select_related("database"), database__slug=slug, code=code)
    return _component_form(request, component, _("Edit %(name)s") % {"name": component.label})


def _component_form(request: HttpRequest, component: Component, title: str) -> HttpResponse:
    form = ComponentForm(request.POST or None, instance=component)
    if form.is_valid():
        services.keep_component(form.instance, form.cleaned_data["categories"], by=author(request), at=timezone.now())
        messages.success(request, _("The component is saved."))
        return redirect(component.database)
    return render(request, "catalogue/form.html", {"form": form, "title": title, "database": component.database})
