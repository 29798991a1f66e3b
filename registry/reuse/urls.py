"""The addresses of the room `reuse`; they stay stable."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from registry.reuse import views
from registry.reuse.answers import open_data, reading
from registry.reuse.api import api


def opened(addresses: tuple[list[Any], str, str]) -> tuple[list[Any], str, str]:
    """The addresses of the API, each answered as open data."""
    for address in addresses[0]:
        address.callback = open_data(reading(address.callback))
    return addresses


app_name = "reuse"
urlpatterns = [
    path("repertoire/donnees/", views.index, name="index"),
    path("repertoire/donnees/repertoire.<str:ending>", views.export, name="export"),
    path("repertoire/donnees/schema.json", views.schema, name="schema"),
    path("repertoire/donnees/colonnes/", views.columns, name="columns"),
    path("repertoire/donnees/api/", views.api_page, name="api"),
    path("api/v1/", views.api_root),
    path("api/v1/openapi.json", views.openapi, name="openapi"),
    path("api/v1/", opened(api.urls)),
    re_path("^api/", views.no_such_address),
    path("repertoire/oai", views.oai, name="oai"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-pages.xml", views.sitemap_pages, name="sitemap_pages"),
    path("sitemap-projets-<int:part>.xml", views.sitemap_fiches, name="sitemap_fiches"),
    path("repertoire/donnees/changements/", views.changes, name="changes"),
    path("repertoire/donnees/instantanes/<str:day>/datapackage.json", views.package, name="package"),
    path("repertoire/donnees/instantanes/<str:day>/repertoire.<str:ending>", views.snapshot_file, name="snapshot_file"),
]
