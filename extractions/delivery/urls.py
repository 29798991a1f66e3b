"""Addresses of packages, of the access list and of destructions; none holds a name."""

from __future__ import annotations

from django.urls import URLPattern, path

from extractions.delivery.views import access, destruction, packages

app_name = "delivery"
TICKET, DOSSIER = "tickets/<slug:number>", "dossiers/<slug:reference>/acces-aux-donnees"
PACKAGE, ENTRY = f"{TICKET}/livraisons/<int:package>", f"{DOSSIER}/<int:entry>"
urlpatterns: list[URLPattern] = [
    path(f"{TICKET}/livraisons/annoncer/", packages.announce, name="announce"),
    path(f"{TICKET}/recette/accepter/", packages.accept, name="accept"),
    path(f"{TICKET}/recette/refuser/", packages.refuse, name="refuse"),
    path(f"{TICKET}/recette/clore/", packages.conclude, name="conclude"),
    path(f"{PACKAGE}/", packages.package, name="package"),
    path(f"{PACKAGE}/sommes/", packages.sums, name="sums"),
    path(f"{PACKAGE}/tableau/", packages.table, name="table"),
    path(f"{PACKAGE}/destruction/", destruction.state, name="destruction"),
    path(f"{PACKAGE}/destruction/<int:statement>/", destruction.check, name="check"),
    path(f"{PACKAGE}/destruction/<int:statement>/preuve/", destruction.proof, name="proof"),
    path(f"{DOSSIER}/", access.entries, name="access"),
    path(f"{DOSSIER}/etablir/", access.draw, name="draw"),
    path(f"{ENTRY}/", access.note, name="note"),
    path(f"{ENTRY}/ouvrir/", access.open_account, name="open"),
    path(f"{ENTRY}/fermer/", access.close_account, name="close"),
    path("acces-aux-donnees/", access.mine, name="mine"),
    path("acces-aux-donnees/<int:entry>/conditions/", access.terms, name="terms"),
]
