"""Addresses of linkage tables. That which takes a table in has its own rule in the proxy (deploy/nginx.conf)."""

from __future__ import annotations

from django.urls import URLPattern, path

from extractions.deposits.views import asking, depositing, keys

app_name = "deposits"
ROOM = "tickets/<slug:number>/depots"
urlpatterns: list[URLPattern] = [
    path("cles-de-pseudonymisation/", keys.keys, name="keys"),
    path("cles-de-pseudonymisation/<int:pk>/confirmer/", keys.confirm, name="key_confirm"),
    path("cles-de-pseudonymisation/<int:pk>/terminer/", keys.end, name="key_end"),
    path(f"{ROOM}/ouvrir/", asking.open_one, name="open"),
    path(f"{ROOM}/ajouter/", asking.add, name="add"),
    path(f"{ROOM}/fichiers/<int:pk>/", asking.file, name="file"),
    path(f"{ROOM}/fichiers/<int:pk>/refuser/", asking.refuse, name="refuse"),
    path(f"{ROOM}/fichiers/<int:pk>/certificat/", depositing.certificate, name="certificate"),
    path(f"{ROOM}/<int:pk>/", depositing.deposit, name="deposit"),
    path(f"{ROOM}/<int:pk>/code/", depositing.confirm, name="confirm"),
    path(f"{ROOM}/<int:pk>/envoi/", depositing.send, name="send"),
    path(f"{ROOM}/<int:pk>/modele/", depositing.blank, name="blank"),
    path(f"{ROOM}/<int:pk>/erreurs/", depositing.errors, name="errors"),
    path(f"{ROOM}/<int:pk>/recepisse/", depositing.receipt, name="receipt"),
    path(f"{ROOM}/<int:pk>/prolonger/", asking.extend, name="extend"),
    path(f"{ROOM}/<int:pk>/retirer/", asking.withdraw, name="withdraw"),
]
