"""The addresses of the room `trust`; they stay stable."""

from __future__ import annotations

from django.urls import path

from registry.trust.views import desk, history, journal, public

app_name = "trust"
urlpatterns = [
    path("repertoire/journal/", journal.index, name="journal"),
    path("repertoire/journal/entrees.jsonl", journal.entries, name="entries"),
    path("repertoire/journal/points-de-controle.jsonl", journal.points, name="points"),
    path("repertoire/journal/point-de-controle.txt", journal.last_point, name="last_point"),
    path("repertoire/journal/cle.txt", journal.key, name="key"),
    path("repertoire/journal/verify_registry.py", journal.script, name="script"),
    path("repertoire/journal/croissance/<int:old>-<int:new>.json", journal.between, name="between"),
    path("repertoire/corrections/", public.figures, name="figures"),
    path("repertoire/corrections/confirmation/<str:token>/", public.confirm, name="confirm"),
    path("repertoire/corrections/<slug:token>/", public.correction, name="correction"),
    path("repertoire/<str:number>/corriger/", public.ask, name="ask"),
    path("repertoire/<str:number>/historique/", history.index, name="history"),
    path("repertoire/<str:number>/historique/<int:version>/", history.version, name="version"),
    path("repertoire/<str:number>/historique/<int:version>/preuve.json", history.proof, name="proof"),
    path("travail/repertoire/corrections/", desk.index, name="desk"),
    path("travail/repertoire/corrections/<int:pk>/", desk.one, name="desk_one"),
    path("travail/repertoire/retraits/", desk.withdrawals, name="withdrawals"),
    path("travail/repertoire/<str:number>/retrait/", desk.withdraw, name="withdraw"),
    path("travail/repertoire/<str:number>/retablissement/", desk.restore, name="restore"),
]
