"""Addresses of the committee: its public calendar and members, its sessions, and its work on a dossier."""

from django.urls import path

from committee.views import dossier

app_name = "committee"

urlpatterns = [
    path("dossiers/<slug:reference>/comite/", dossier.dossier, name="dossier"),
    # --- members and interests (A) ---
    # --- sessions (B) ---
    # --- allocation, reports, remarks, questions (C) ---
    # --- deliberation (D) ---
    # --- papers (E) ---
    # --- after the opinion (G) ---
]
