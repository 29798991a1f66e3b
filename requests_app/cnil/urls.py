"""Addresses of what passes between a dossier and the CNIL."""

from django.urls import path, re_path

from requests_app.cnil.views import desk, dossier, lists

app_name = "cnil"

urlpatterns = [
    path("dossiers/<slug:reference>/cnil/", dossier.page, name="dossier"),
    path("dossiers/<slug:reference>/cnil/reception/", dossier.receipt, name="receipt"),
    path("dossiers/<slug:reference>/cnil/engagement/", dossier.verify, name="verify"),
    path("dossiers/<slug:reference>/cnil/obligations/ajouter/", dossier.add, name="add"),
    path("dossiers/<slug:reference>/cnil/obligations/<int:number>/", dossier.meet, name="meet"),
    path("dossiers/<slug:reference>/cnil/obligations/<int:number>/retirer/", dossier.withdraw, name="withdraw"),
    path("dossiers/<slug:reference>/cnil/transmissions/<slug:number>/refaire/", dossier.repack, name="repack"),
    re_path(
        r"^dossiers/(?P<reference>[-\w]+)/cnil/transmissions/(?P<number>[-\w]+)\.(?P<form>pdf|zip)$",
        dossier.transmitted,
        name="transmitted",
    ),
    path("dossiers/<slug:reference>/cnil/attestations/<slug:number>.pdf", dossier.attested, name="attested"),
    path("travail/cnil/", desk.index, name="desk"),
    path("travail/cnil/engagements/", desk.commitments, name="commitments"),
    path("travail/cnil/listes/", lists.index, name="lists"),
    path("travail/cnil/listes/<int:pk>/", lists.one, name="list"),
    path("travail/cnil/listes/<int:pk>/document/", lists.paper, name="list_paper"),
]
