"""Addresses: a convention that lives, the gate, amendments and the text in force."""

from __future__ import annotations

from django.urls import URLPattern, path

from contracts.life.views import living

app_name = "life"
CONVENTION = "conventions/<slug:number>"
urlpatterns: list[URLPattern] = [
    path(f"{CONVENTION}/vie/<slug:word>/", living.act, name="act"),
    path(f"{CONVENTION}/texte-en-vigueur/", living.consolidated, name="consolidated"),
    path(f"{CONVENTION}/certificat-de-destruction/", living.certificate, name="certificate"),
]
