"""Addresses of the room `oppositions`."""

from django.urls import URLPattern, path

from rights.oppositions.views import desk, public

app_name = "oppositions"
urlpatterns: list[URLPattern] = [
    path("droits/oppositions/", public.sets, name="sets"),
    path("droits/oppositions/preuve/", public.proof, name="proof"),
    path("droits/oppositions/outils/<str:name>", public.program, name="program"),
    path("droits/oppositions/<slug:slug>/", public.versions, name="versions"),
    path("droits/oppositions/<slug:slug>/versions.json", public.versions_file, name="versions_file"),
    path("travail/droits/oppositions/", desk.desk, name="desk"),
    path("travail/droits/oppositions/cles/", desk.register, name="register"),
    path("travail/droits/oppositions/cles/<int:pk>/comparer/", desk.compare, name="compare"),
    path("travail/droits/oppositions/cles/<int:pk>/revoquer/", desk.end, name="revoke"),
    path("travail/droits/oppositions/versions/", desk.publish, name="publish"),
    path("travail/droits/oppositions/<slug:slug>/recepisses.json", desk.receipts, name="receipts"),
    path("tickets/<slug:number>/oppositions/", desk.attest, name="attest"),
]
