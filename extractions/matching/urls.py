"""Addresses of the results of a matching."""

from __future__ import annotations

from django.urls import URLPattern, path

from extractions.matching.views import results

app_name = "matching"
TICKET = "tickets/<slug:number>/appariement"
urlpatterns: list[URLPattern] = [
    path(f"{TICKET}/resultat/", results.record, name="record"),
    path(f"{TICKET}/poursuivre/", results.go, name="go"),
    path(f"{TICKET}/ne-pas-poursuivre/", results.no_go, name="no_go"),
]
