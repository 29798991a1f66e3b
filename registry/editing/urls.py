"""The addresses of the room `editing`: public declarations, and the secretariat's desk of the registry."""

from __future__ import annotations

from django.urls import path

from registry.editing.views import desk, public

app_name = "editing"
urlpatterns = [
    path("repertoire/declarer/", public.begin, name="begin"),
    path("repertoire/declarer/lien/", public.links_again, name="links_again"),
    path("repertoire/declarer/<str:token>/", public.declaration, name="declaration"),
    path("repertoire/declarer/<str:token>/apercu/", public.preview, name="preview"),
    path("repertoire/declarer/<str:token>/renoncer/", public.drop, name="drop"),
    path("repertoire/declarer/<str:token>/<slug:code>/", public.section, name="section"),
    path("travail/repertoire/", desk.index, name="desk"),
    path("travail/repertoire/declarations/<int:pk>/", desk.declaration, name="desk_declaration"),
    path("travail/repertoire/declarations/<int:pk>/lien/", desk.renew_link, name="desk_renew_link"),
    path("travail/repertoire/relues/", desk.check_several, name="desk_check_several"),
    path("travail/repertoire/fiches/<slug:number>/", desk.fiche, name="desk_fiche"),
    path("travail/repertoire/fiches/<slug:number>/relue/", desk.check, name="desk_check"),
]
