"""Addresses of the room `envelopes`."""

from django.urls import URLPattern

app_name = "envelopes"
urlpatterns: list[URLPattern] = []
