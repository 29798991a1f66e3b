"""Addresses of the room `assisted`."""

from django.urls import URLPattern

app_name = "assisted"
urlpatterns: list[URLPattern] = []
