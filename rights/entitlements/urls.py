"""Addresses of the room `entitlements`: the portal for everybody, and the desk where rights are declared and approved."""

from django.urls import URLPattern, path

from rights.entitlements.portal import ADDRESSES
from rights.entitlements.views import desk, portal

app_name = "entitlements"
DESK = "travail/droits/bases/"


def portal_pages() -> list[URLPattern]:
    """Each page of the portal, in plain words and easy to read."""
    plain = [path(f"droits/{address}", portal.page, {"code": code}, name=code) for code, address in ADDRESSES.items()]
    easy = [
        path(f"droits/{address}facile/", portal.page, {"code": code, "easy": True}, name=f"{code}_easy")
        for code, address in ADDRESSES.items()
    ]
    return plain + easy


urlpatterns: list[URLPattern] = [
    *portal_pages(),
    path("droits/lettres/", portal.letters, name="letters"),
    path(DESK, desk.index, name="desk"),
    path(DESK + "declarer/", desk.declare, name="declare"),
    path(DESK + "<int:pk>/", desk.statement, name="statement"),
    path(DESK + "<int:pk>/approuver/", desk.approve, name="approve"),
    path(DESK + "<int:pk>/reprendre/", desk.discard, name="discard"),
    path(DESK + "<int:pk>/finir/", desk.end, name="end"),
]
