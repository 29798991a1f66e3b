"""Addresses of a dossier's exchanges and notes."""

from django.urls import path

from requests_app.talk import views

app_name = "talk"

urlpatterns = [
    path("dossiers/<slug:reference>/echanges/", views.index, name="index"),
    path("dossiers/<slug:reference>/echanges/choisir/", views.choose, name="choose"),
    path("dossiers/<slug:reference>/echanges/messages/<int:pk>/", views.message, name="message"),
    path("dossiers/<slug:reference>/echanges/fichiers/<int:pk>/", views.enclosure, name="enclosure"),
    path("dossiers/<slug:reference>/echanges/sur/<str:about>/", views.thread, name="thread"),
    path("dossiers/<slug:reference>/echanges/sur/<str:about>/repondre/", views.thread, {"answering": True}, name="reply"),
    path("dossiers/<slug:reference>/echanges/sur/<str:about>/clore/", views.close, name="close"),
    path("dossiers/<slug:reference>/notes/", views.notes, name="notes"),
    path("dossiers/<slug:reference>/notes/<int:pk>/", views.note, name="note"),
]
