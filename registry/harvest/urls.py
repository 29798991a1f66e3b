"""The addresses of the room `harvest`; they stay stable: others hold them as names of things."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpResponseBase
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from registry.harvest import views


class EndingConverter(StringConverter):
    """The ending of a document's address."""

    regex = "ttl|jsonld"


register_converter(EndingConverter, "ending")


def document(route: str, view: Callable[..., HttpResponseBase], name: str) -> Iterator[URLPattern]:
    """The address that suits every reader, and those of the formats."""
    yield path(route, view, name=name)
    yield path(f"{route}.<ending:ending>", view, name=f"{name}_as")


app_name = "harvest"
urlpatterns = [
    *document("catalogue/dcat", views.catalog, "catalog"),
    *document("catalogue/<slug:slug>/dcat", views.database, "database"),
    *document("catalogue/<slug:slug>/projets", views.database_projects, "database_projects"),
    path("catalogue/<slug:slug>/structure.csv", views.structure, name="structure"),
    *document("repertoire/donnees/dcat", views.register, "register"),
    *document("repertoire/donnees/projets", views.all_projects, "projects"),
    *document("repertoire/<str:number>/dcat", views.fiche, "fiche"),
]
