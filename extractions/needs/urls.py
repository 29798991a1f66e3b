"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from extractions.needs.views import reading, writing

app_name = "needs"
NEED = "dossiers/<slug:reference>/extractions/besoin/<int:organisation>"
CRITERION = "bases/<slug:slug>/criteres/<slug:criterion>"
urlpatterns: list[URLPattern] = [
    path(f"{NEED}/", reading.need, name="need"),
    path(f"{NEED}/commencer/", writing.begin, name="begin"),
    path(f"{NEED}/projet/", writing.draft, name="draft"),
    path(f"{NEED}/projet/ensemble/", writing.general, name="general"),
    path(f"{NEED}/projet/bases/<slug:slug>/", writing.database, name="database"),
    path(f"{NEED}/projet/{CRITERION}/", writing.codes, name="codes"),
    path(f"{NEED}/projet/{CRITERION}/codes.csv", reading.draft_codes_file, name="draft_codes_file"),
    path(f"{NEED}/projet/proposer/", writing.propose, name="propose"),
    path(f"{NEED}/projet/abandonner/", writing.give_up, name="give_up"),
    path(f"{NEED}/versions/<int:number>/", reading.version, name="version"),
    path(f"{NEED}/versions/<int:number>/differences/", reading.changes, name="changes"),
    path(f"{NEED}/versions/<int:number>/accord/", writing.agree, name="agree"),
    path(f"{NEED}/versions/<int:number>/besoin.json", reading.document, name="document"),
    path(f"{NEED}/versions/<int:number>/{CRITERION}/codes.csv", reading.codes_file, name="codes_file"),
    path("tickets/<slug:number>/besoin/", writing.note, name="note"),
]
