"""Addresses of what passes between a dossier and the CNIL."""

from django.urls import path

app_name = "cnil"

urlpatterns: list[path] = []  # type: ignore[valid-type]
