"""Addresses of the conventions: those of the rooms stand in the rooms."""

from __future__ import annotations

from django.urls import URLPattern, path

from contracts.views import moving, reading

app_name = "contracts"
CONVENTION = "conventions/<slug:number>"
urlpatterns: list[URLPattern] = [
    path("dossiers/<slug:reference>/convention/", reading.tab, name="dossier"),
    path("travail/conventions/", reading.work, name="work"),
    path("conventions/", reading.mine, name="mine"),
    path(f"{CONVENTION}/", reading.convention, name="convention"),
    path(f"{CONVENTION}/etapes/<slug:move>/", moving.move, name="move"),
    path(f"{CONVENTION}/approuver/", moving.approve, name="approve"),
    path(f"{CONVENTION}/versions/<int:version>/", reading.text, name="text"),
    path(f"{CONVENTION}/versions/<int:version>/<slug:form>/", reading.document, name="document"),
    path(f"{CONVENTION}/versions/<int:version>/annexes/<int:pk>/", reading.annex, name="annex"),
]
