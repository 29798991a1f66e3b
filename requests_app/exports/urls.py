"""Addresses of exports and imports."""

from django.urls import path, re_path

from requests_app.exports import views

app_name = "exports"

urlpatterns = [
    path("dossiers/importer/", views.import_file, name="import"),
    path("dossiers/schema.json", views.dossier_schema, name="schema"),
    path("dossiers/<slug:reference>/exporter/", views.index, name="index"),
    re_path(r"^dossiers/(?P<reference>[-\w]+)/exporter/(?P<form>pdf|docx|json|zip|ehds)/$", views.file, name="file"),
    path("dossiers/<slug:reference>/ehds/", views.ehds, name="ehds"),
    path("dossiers/<slug:reference>/dupliquer/", views.duplicate, name="duplicate"),
    path("dossiers/<slug:reference>/import/", views.report, name="report"),
]
