"""Addresses of the room `entitlements`."""

from django.urls import URLPattern

app_name = "entitlements"
urlpatterns: list[URLPattern] = []
