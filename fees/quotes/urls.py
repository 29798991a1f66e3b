"""The addresses of the room `quotes`; they stay stable."""

from __future__ import annotations

from django.urls import URLPattern, path

from fees.quotes.views import checking, deciding, dossier, drawing_up, estimates, on_paper, work

app_name = "quotes"
DOSSIER = "dossiers/<slug:reference>/redevances"
QUOTE = f"{DOSSIER}/<slug:number>"
urlpatterns: list[URLPattern] = [
    path("redevances/verifier/", checking.check, name="check"),
    path("travail/redevances/", work.quotes, name="work"),
    path("travail/redevances/estimations/", estimates.index, name="estimates"),
    path("travail/redevances/estimations/<int:pk>/", estimates.estimate, name="estimate"),
    path(f"{DOSSIER}/", dossier.fees, name="dossier"),
    path(f"{DOSSIER}/informations/", dossier.facts, name="facts"),
    path(f"{DOSSIER}/informations/<slug:dimension>/<slug:of>/", dossier.facts_of_part, name="facts_of_part"),
    path(f"{DOSSIER}/travail-fait/", drawing_up.work_done, name="work_done"),
    path(f"{DOSSIER}/nouveau/", drawing_up.new, name="new"),
    path(f"{QUOTE}/", dossier.quote, name="quote"),
    path(f"{QUOTE}/verifier/", dossier.recompute, name="recompute"),
    path(f"{QUOTE}/donnees.json", dossier.snapshot, name="snapshot"),
    path(f"{QUOTE}/devis.pdf", dossier.paper, name="paper"),
    path(f"{QUOTE}/decisions/", drawing_up.decisions, name="decisions"),
    path(f"{QUOTE}/actualiser/", drawing_up.again, name="again"),
    path(f"{QUOTE}/payeurs/", drawing_up.payers, name="payers"),
    path(f"{QUOTE}/emettre/", deciding.issue, name="issue"),
    path(f"{QUOTE}/accepter/", deciding.accept, name="accept"),
    path(f"{QUOTE}/decliner/", deciding.decline, name="decline"),
    path(f"{QUOTE}/annuler/", deciding.cancel, name="cancel"),
    path(f"{QUOTE}/accord-papier/", on_paper.record, name="paper_record"),
    path(f"{QUOTE}/accord-papier/<int:pk>/", on_paper.check, name="paper_check"),
    path(f"{QUOTE}/accord-papier/<int:pk>/ecarter/", on_paper.discard, name="paper_discard"),
    path(f"{QUOTE}/accord-papier/<int:pk>/fichier/", on_paper.scan, name="paper_scan"),
]
