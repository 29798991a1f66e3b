"""Addresses of a dossier's amendments."""

from django.urls import path

from requests_app.amendments import views

app_name = "amendments"

urlpatterns = [
    # beside the authorised dossier
    path("dossiers/<slug:reference>/autorise/", views.authorised, name="authorised"),
    path("dossiers/<slug:reference>/modifications/", views.index, name="index"),
    path("dossiers/<slug:reference>/modifications/nouvelle/", views.begin, name="begin"),
    path("dossiers/<slug:reference>/modifications/<int:number>/", views.one, name="one"),
    path("dossiers/<slug:reference>/modifications/<int:number>/contester/", views.contest, name="contest"),
    # beside the dossier in which an amendment is written
    path("dossiers/<slug:reference>/changements/", views.changes, name="changes"),
    path("dossiers/<slug:reference>/changements/qualifier/", views.qualify, name="qualify"),
    path("dossiers/<slug:reference>/changements/enregistrer/", views.register, name="register"),
    path("dossiers/<slug:reference>/changements/actualiser/", views.update, name="update"),
]
