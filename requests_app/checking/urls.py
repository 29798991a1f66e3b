"""Addresses of the completeness check."""

from django.urls import path

from requests_app.checking import views

app_name = "checking"

urlpatterns = [
    path("dossiers/<slug:reference>/completude/", views.check, name="check"),
    path("dossiers/<slug:reference>/completude/reste/", views.rest, name="rest"),
    path("dossiers/<slug:reference>/completude/demander/", views.ask, name="ask"),
    path("dossiers/<slug:reference>/completude/complet/", views.complete, name="complete"),
    path("dossiers/<slug:reference>/complements/", views.asked, name="asked"),
    path("travail/motifs/", views.reasons, name="reasons"),
    path("travail/motifs/nouveau/", views.reason, name="reason_new"),
    path("travail/motifs/<slug:code>/", views.reason, name="reason"),
]
