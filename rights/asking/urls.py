"""Addresses of the form; none of them says which database or which right."""

from __future__ import annotations

from django.urls import URLPattern, path

from rights.asking import views

app_name = "asking"
FORM = "droits/demande/"
urlpatterns: list[URLPattern] = [
    path(FORM, views.form, name="form"),
    path(f"{FORM}envoi/", views.send, name="send"),
    path(f"{FORM}recepisse/", views.receipt, name="receipt"),
    path(f"{FORM}recepisse.txt", views.receipt_text, name="receipt_text"),
    path(f"{FORM}lettre/", views.letter, name="letter"),
    path(f"{FORM}identite/", views.confirm_identity, name="confirm_identity"),
    path(f"{FORM}identite/retour/", views.confirmed, name="confirmed"),
    path(f"{FORM}identite/sortie/", views.sign_out, name="sign_out"),
    path(f"{FORM}identite/sortie/faite/", views.signed_out, name="signed_out"),
    path(f"{FORM}identite/cles.json", views.public_keys, name="public_keys"),
    path(f"{FORM}quitter/", views.leave, name="leave"),
    path("droits/courriel/confirmer/<str:token>/", views.confirm, name="confirm"),
    path("droits/courriel/effacer/<str:token>/", views.forget, name="forget"),
]
