"""The addresses of the effects and of the yearly figures; they stay stable."""

from __future__ import annotations

from django.urls import path

from fees.impact import views

app_name = "impact"

EFFECTS = "travail/redevances/effets/"
VERSION = EFFECTS + "<str:code>/v<int:number>/"
YEARS = "travail/redevances/equite/"

urlpatterns = [
    path(EFFECTS, views.index, name="index"),
    path(VERSION, views.version, name="version"),
    path(VERSION + "rejouer/", views.replay, name="replay"),
    path(VERSION + "seuils/", views.bounds, name="bounds"),
    path(VERSION + "seuils.csv", views.bounds_file, name="bounds_file"),
    path(VERSION + "<slug:name>.csv", views.table, name="table"),
    path(YEARS, views.years, name="years"),
    path(YEARS + "<int:year>/", views.year, name="year"),
    path(YEARS + "<int:year>/calculer/", views.make_year, name="make_year"),
    path(YEARS + "<int:year>/publier/", views.publish_year, name="publish_year"),
    path(YEARS + "<int:year>/chiffres.csv", views.year_file, name="year_file"),
    path("redevances/equite/", views.equity, name="equity"),
    path("redevances/equite/<int:year>.csv", views.equity_file, name="equity_file"),
]
