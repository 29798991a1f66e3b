"""The addresses of the room `outcomes`; they stay stable."""

from __future__ import annotations

from django.urls import path

from registry.outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("travail/repertoire/resultats/", views.index, name="overdue"),
    path("travail/repertoire/resultats.csv", views.as_file, name="overdue_csv"),
]
