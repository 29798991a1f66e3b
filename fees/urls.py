"""The addresses of the tariff grids, for everybody and at the desk; they stay stable."""

from __future__ import annotations

from django.urls import path

from fees.views import desk, drafts, moves, public, vat

app_name = "fees"

DESK = "travail/redevances/grilles/"
VERSION = DESK + "<str:code>/v<int:number>/"
VAT = "travail/redevances/tva/"

urlpatterns = [
    # --- for everybody ---
    path("redevances/", public.index, name="index"),
    path("redevances/tva/", public.vat, name="vat"),
    path("redevances/donnees/", public.data, name="data"),
    path("redevances/donnees/grilles.json", public.catalogue, name="catalogue"),
    path("redevances/grilles/<str:code>/", public.grid, name="grid"),
    path("redevances/grilles/<str:code>/differences/", public.differences, name="differences"),
    path("redevances/grilles/<str:code>/versions/<int:number>/", public.version, name="version"),
    path("redevances/grilles/<str:code>/versions/<int:number>/grille.<str:ending>", public.version_file, name="file"),
    # --- the desk ---
    path(DESK, desk.index, name="desk"),
    path(DESK + "nouvelle/", desk.new_grid, name="new_grid"),
    path(DESK + "<str:code>/", desk.grid, name="desk_grid"),
    path(DESK + "<str:code>/modifier/", desk.edit_grid, name="edit_grid"),
    path(DESK + "<str:code>/nouvelle-version/", desk.new_version, name="new_version"),
    path(DESK + "<str:code>/importer/", desk.import_version, name="import_version"),
    path(VERSION, desk.version, name="desk_version"),
    path(VERSION + "entete/", desk.header, name="header"),
    path(VERSION + "importer/", desk.import_into, name="import_into"),
    path(VERSION + "importer/appliquer/", desk.apply_import, name="apply_import"),
    path(VERSION + "grille.<str:ending>", desk.export, name="export"),
    path(VERSION + "creanciers/", drafts.payees, name="payees"),
    path(VERSION + "lignes/nouvelle/", drafts.line, name="new_line"),
    path(VERSION + "lignes/<str:line>/", drafts.line, name="line"),
    path(VERSION + "modificateurs/nouveau/", drafts.modifier, name="new_modifier"),
    path(VERSION + "modificateurs/<str:modifier>/", drafts.modifier, name="modifier"),
    path(VERSION + "ordre/", drafts.arrange, name="arrange"),
    path(VERSION + "relecture/", moves.ask_review, name="ask_review"),
    path(VERSION + "renvoyer/", moves.send_back, name="send_back"),
    path(VERSION + "publier/", moves.publish, name="publish"),
    path(VERSION + "retirer/", moves.withdraw, name="withdraw"),
    path(VERSION + "abandonner/", moves.drop, name="drop"),
    path(VERSION + "fin/", moves.end_period, name="end_period"),
    # --- VAT ---
    path(VAT, vat.index, name="desk_vat"),
    path(VAT + "<str:kind>/nouveau/", vat.enter, name="vat_enter"),
    path(VAT + "<str:kind>/<int:pk>/approuver/", vat.approve, name="vat_approve"),
    path(VAT + "<str:kind>/<int:pk>/reprendre/", vat.discard, name="vat_discard"),
]
