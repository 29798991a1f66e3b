"""Addresses: a convention prepared from its dossier: parties, facts, annexes, and the documents of each version."""

from __future__ import annotations

from django.urls import URLPattern, path

from contracts.drafting.views import writing

app_name = "drafting"
CONVENTION = "conventions/<slug:number>"
urlpatterns: list[URLPattern] = [
    path("dossiers/<slug:reference>/convention/preparer/", writing.begin, name="begin"),
    path("travail/conventions/nouvelle/", writing.begin_alone, name="begin_alone"),
    path(f"{CONVENTION}/parties/", writing.parties, name="parties"),
    path(f"{CONVENTION}/texte/", writing.text, name="text"),
    path(f"{CONVENTION}/fichiers/refaire/", writing.make_again, name="make_again"),
    path(f"{CONVENTION}/clauses/<slug:code>/", writing.clause, name="clause"),
]
