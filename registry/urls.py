"""The registry's addresses; they are public and stay stable."""

from django.urls import path

from registry import views

app_name = "registry"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:number>/", views.fiche, name="fiche"),
]
