"""Addresses of the templates of letters, and of a dossier's letters."""

from django.urls import path

from requests_app.letters import views

app_name = "letters"

urlpatterns = [
    path("travail/modeles/", views.templates, name="templates"),
    path("travail/modeles/nouveau/", views.template_new, name="template_new"),
    path("travail/modeles/<slug:code>/", views.template, name="template"),
    path("travail/modeles/<slug:code>/usage/", views.template_retire, name="template_retire"),
    path("dossiers/<slug:reference>/courriers/", views.letters, name="letters"),
    path("dossiers/<slug:reference>/courriers/nouveau/<slug:code>/", views.letter_new, name="letter_new"),
    path("dossiers/<slug:reference>/courriers/<int:number>.pdf", views.letter_pdf, name="letter_pdf"),
]
