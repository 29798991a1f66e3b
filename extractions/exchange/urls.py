"""Addresses of this room: the API for systems, and the pages of webhooks for administrators."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from extractions.exchange import views
from extractions.exchange.answers import as_problem
from extractions.exchange.api import api


def for_systems(addresses: tuple[list[Any], str, str]) -> tuple[list[Any], str, str]:
    """The addresses of the API: they know tokens, no session is read for them, and a wrong method is a problem document too."""
    for address in addresses[0]:
        address.callback = as_problem(address.callback)
    return addresses


app_name = "exchange"
urlpatterns = [
    path("api/tickets/v1/openapi.json", views.openapi, name="openapi"),
    path("api/tickets/v1/", for_systems(api.urls)),
    re_path("^api/tickets/", views.no_such_address),
    path("compte/clients/<int:pk>/webhooks/", views.AddWebhookView.as_view(), name="webhook_new"),
    path("compte/webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("compte/webhooks/<int:pk>/arreter/", views.end, name="webhook_end"),
    path("compte/webhooks/messages/<int:pk>/renvoyer/", views.again, name="notice_again"),
]
