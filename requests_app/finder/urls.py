"""Addresses under /orientation/: the public procedure finder."""

from django.urls import path

from requests_app.finder import views

app_name = "finder"

urlpatterns = [
    path("", views.index, name="index"),
    path("commencer/", views.begin, name="begin"),
    path("dossiers/<slug:reference>/", views.evidence, name="evidence"),
]
