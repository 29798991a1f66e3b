"""Addresses under /travail/ and /recherche/: work-lists, what is done to many dossiers, absences, search."""

from django.urls import path

from requests_app.desks.views import bulk, letters, lists, search, team

app_name = "work"

urlpatterns = [
    path("travail/", lists.index, name="index"),
    path("travail/liste.<slug:ending>", lists.export, name="export"),
    path("travail/resume/<slug:reference>/", lists.summary, name="summary"),
    path("travail/listes/", lists.save, name="save_list"),
    path("travail/listes/<int:pk>/retirer/", lists.forget, name="forget_list"),
    path("travail/lot/", bulk.preview, name="bulk"),
    path("travail/lot/confirmer/", bulk.confirm, name="bulk_confirm"),
    path("travail/absences/", team.absences, name="absences"),
    path("travail/absences/<int:pk>/terminer/", team.end, name="absence_end"),
    path("travail/messages/", letters.letters, name="messages"),
    path("travail/messages/<int:pk>/reessayer/", letters.retry, name="retry"),
    path("recherche/", search.results, name="search"),
    path("recherche/dossiers.<slug:ending>", search.export, name="search_export"),
]
