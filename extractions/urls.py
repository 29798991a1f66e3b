"""Addresses of the tickets: those of the rooms stand in the rooms."""

from __future__ import annotations

from django.urls import URLPattern, path

from extractions.views import acting, reading

app_name = "extractions"
TICKET = "tickets/<slug:number>"
urlpatterns: list[URLPattern] = [
    path("travail/tickets/", reading.work, name="work"),
    path("dossiers/<slug:reference>/extractions/", reading.tab, name="dossier"),
    path("dossiers/<slug:reference>/extractions/ouvrir/", acting.open_one, name="open"),
    path(f"{TICKET}/", reading.ticket, name="ticket"),
    path(f"{TICKET}/etapes/<slug:move>/", acting.move, name="move"),
    path(f"{TICKET}/question/", acting.ask, name="ask"),
    path(f"{TICKET}/reponse/", acting.answer, name="answer"),
    path(f"{TICKET}/question/retirer/", acting.end_wait, name="end_wait"),
    path(f"{TICKET}/prendre/", acting.claim, name="claim"),
    path(f"{TICKET}/agent/", acting.assign, name="assign"),
    path(f"{TICKET}/ordre/", acting.unlink, name="unlink"),
    path(f"{TICKET}/annonce/", acting.expect, name="expect"),
]
