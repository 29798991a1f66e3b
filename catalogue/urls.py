"""The catalogue's addresses; the public ones stay stable."""

from django.urls import path

from catalogue import editing, views, vocabularies

app_name = "catalogue"
urlpatterns = [
    path("", views.index, name="index"),
    path("nouvelle/", editing.create, name="create"),
    path("vocabulaires/", vocabularies.index, name="vocabularies"),
    path("vocabulaires/<slug:vocabulary>/", vocabularies.vocabulary, name="vocabulary"),
    path("vocabulaires/<slug:vocabulary>/nouvelle-valeur/", vocabularies.add, name="add_term"),
    path("vocabulaires/<slug:vocabulary>/<slug:code>/modifier/", vocabularies.edit, name="edit_term"),
    path("vocabulaires/<slug:vocabulary>/<slug:code>/activation/", vocabularies.switch, name="switch_term"),
    path("<slug:slug>/", views.database, name="database"),
    path("<slug:slug>/modifier/", editing.edit, name="edit"),
    path("<slug:slug>/modifier/composantes/nouvelle/", editing.add_component, name="add_component"),
    path("<slug:slug>/modifier/composantes/<slug:code>/", editing.edit_component, name="edit_component"),
]
