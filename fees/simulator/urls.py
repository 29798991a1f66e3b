"""The addresses of the simulator; they hold inputs only, and stay stable."""

from __future__ import annotations

from django.urls import path

from fees.simulator import views

app_name = "simulator"

HERE = "redevances/simulateur/"

urlpatterns = [
    path(HERE, views.index, name="index"),
    path(HERE + "comparer/", views.compare, name="compare"),
    path(HERE + "simulation.<str:ending>", views.download, name="download"),
]
