"""Addresses of the room `oppositions`."""

from django.urls import URLPattern

app_name = "oppositions"
urlpatterns: list[URLPattern] = []
