"""Addresses of the room `answering`: the board and its pages, the keys of systems, the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path, register_converter
from django.urls.converters import StringConverter

from extractions.exchange.urls import for_systems
from extractions.exchange.views import no_such_address
from rights.answering import key_views, views
from rights.answering.api import api


class Number(StringConverter):
    """The number of a request: other rooms have pages beside it."""

    regex = "DRO-[0-9]{4}-[0-9]{5,10}"


register_converter(Number, "request_number")
app_name = "answering"
ONE = "travail/droits/<request_number:number>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/rights/v1/openapi.json", key_views.openapi, name="openapi"),
    path("api/rights/v1/", for_systems(api.urls)),  # type: ignore[arg-type]
    re_path("^api/rights/", no_such_address),
    path("travail/droits/", views.board, name="board"),
    path("travail/droits/demandes.csv", views.export, name="export"),
    path("travail/droits/reference/", views.reference, name="reference"),
    path("travail/droits/systemes/", key_views.systems, name="systems"),
    path("travail/droits/systemes/cles/<int:pk>/revoquer/", key_views.revoke, name="key_revoke"),
    path("travail/droits/systemes/cles/<int:pk>/verifier/", key_views.verify, name="key_verify"),
    path(f"{ONE}/", views.routing, name="routing"),
    path(f"{ONE}/enveloppe/", views.envelope, name="envelope"),
    path(f"{ONE}/complements/<slug:sha256>/", views.complement, name="complement"),
    path(f"{ONE}/examiner/", views.take_up, name="take_up"),
    path(f"{ONE}/prendre/", views.claim, name="claim"),
    path(f"{ONE}/complement-recu/", views.complement_received, name="complement_received"),
    path(f"{ONE}/<slug:place>/", views.act, name="act"),
]
