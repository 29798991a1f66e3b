"""Addresses under /travail/: work-lists."""

from django.urls import path

from requests_app.views import work

app_name = "work"

urlpatterns = [
    path("", work.index, name="index"),
    path("liste.csv", work.export, name="export"),
    path("attribuer/", work.assign, name="assign"),
    path("messages/", work.letters, name="messages"),
    path("messages/<int:pk>/reessayer/", work.retry, name="retry"),
]
