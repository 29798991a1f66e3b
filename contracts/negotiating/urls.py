"""Addresses: proposals and comments on clauses, differences between versions, a counterparty's file read back."""

from __future__ import annotations

from django.urls import URLPattern, path

from contracts.negotiating.views import proposing, reading, settling

app_name = "negotiating"
HERE = "conventions/<slug:number>/negociation"
CLAUSE = f"{HERE}/clauses/<slug:code>"
urlpatterns: list[URLPattern] = [
    path("travail/conventions/clauses-negociees/", reading.statistics, name="statistics"),
    path("travail/conventions/clauses-negociees.csv", reading.statistics_file, name="statistics_file"),
    path(f"{HERE}/", reading.overview, name="overview"),
    path(f"{HERE}/versions/", reading.versions, name="versions"),
    path(f"{HERE}/versions/<int:before>-<int:after>/", reading.differences, name="differences"),
    path(f"{HERE}/repondre/", settling.settle, name="settle"),
    path(f"{HERE}/nouvelle-clause/", proposing.add, name="add"),
    path(f"{HERE}/propositions/<int:pk>/retirer/", proposing.withdraw, name="withdraw"),
    path(f"{HERE}/texte-recu/", settling.receive, name="receive"),
    path(f"{HERE}/texte-recu/<int:pk>/", settling.received, name="received"),
    path(f"{HERE}/texte-recu/<int:pk>/fichier/", settling.received_file, name="received_file"),
    path(f"{CLAUSE}/", reading.clause, name="clause"),
    path(f"{CLAUSE}/proposer/", proposing.propose, name="propose"),
    path(f"{CLAUSE}/supprimer/", proposing.remove, name="remove"),
    path(f"{CLAUSE}/commenter/", proposing.comment, name="comment"),
]
