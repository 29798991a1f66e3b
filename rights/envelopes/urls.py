"""Addresses of the room `envelopes`."""

from django.urls import path

from rights.envelopes.views import keys, public, purges

app_name = "envelopes"
urlpatterns = [
    path("droits/cles/", public.directory, name="directory"),
    path("droits/cles/annuaire.json", public.directory_file, name="directory_file"),
    path("droits/cles/rights_desk.py", public.tool, name="tool"),
    path("droits/cles/rights_identity.py", public.identity_tool, name="identity_tool"),
    path("travail/droits/cles/", keys.keys, name="keys"),
    path("travail/droits/cles/nouvelle/", keys.register, name="register"),
    path("travail/droits/cles/<int:pk>/comparer/", keys.compare, name="compare"),
    path("travail/droits/cles/<int:pk>/revoquer/", keys.revoke, name="revoke"),
    path("travail/droits/purges/", purges.purges, name="purges"),
    path("travail/droits/purges/<int:number>/rapport.json", purges.report, name="report"),
]
