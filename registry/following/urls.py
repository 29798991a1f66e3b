"""The addresses of the room `following`; they stay stable."""

from __future__ import annotations

from django.urls import path

from registry.following import views
from registry.following.feeds import SearchFeed

app_name = "following"
urlpatterns = [
    path("repertoire/flux.atom", SearchFeed(), name="feed"),
    path("repertoire/chiffres/", views.overview, name="overview"),
    path("repertoire/chiffres/<slug:code>.<slug:form>", views.table, name="table"),
    path("repertoire/alertes/", views.ask, name="ask"),
    path("repertoire/alertes/confirmation/<str:token>/", views.confirm, name="confirm"),
    path("repertoire/alertes/quitter/<str:token>/", views.leave, name="leave"),
]
