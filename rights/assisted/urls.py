"""Addresses of the room `assisted`; none of them says what is asked, nor on which database."""

from django.urls import URLPattern, path

from rights.assisted import views

app_name = "assisted"
urlpatterns: list[URLPattern] = [
    path("travail/droits/saisie/", views.entry, name="entry"),
    path("travail/droits/saisie/lettre/", views.letter, name="letter"),
    path("droits/formulaire/", views.blank, name="blank"),
]
