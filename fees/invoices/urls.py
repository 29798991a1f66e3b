"""The addresses of the room `invoices`; they stay stable."""

from __future__ import annotations

from django.urls import URLPattern, path

from fees.invoices.views import dossier, lists, planning, work

app_name = "invoices"
DESK = "travail/redevances/factures"
DOSSIER = "dossiers/<slug:reference>/redevances"
INVOICE = f"{DOSSIER}/factures/<slug:number>"
urlpatterns: list[URLPattern] = [
    path(f"{DESK}/", work.index, name="work"),
    path(f"{DESK}/factures.csv", work.export, name="export"),
    path(f"{DESK}/echeances/<int:pk>/", work.issue, name="issue"),
    path(f"{DESK}/versements/<int:pk>/", dossier.transfer, name="transfer"),
    path(f"{DESK}/detenteurs/<int:pk>/", dossier.holder_bill, name="holder_bill"),
    path("redevances-a-payer/", lists.owed, name="owed"),
    path("travail/redevances/versements/", lists.transfers, name="transfers"),
    path(f"{DESK}/echeances/<int:pk>/suspendre/", planning.suspend, name="suspend"),
    path(f"{DESK}/echeances/<int:pk>/reprendre/", planning.resume, name="resume"),
    path(f"{DOSSIER}/echeancier/", planning.plan, name="plan"),
    path(f"{INVOICE}/", dossier.invoice, name="invoice"),
    path(f"{INVOICE}/facture.pdf", dossier.paper, name="paper"),
    path(f"{INVOICE}/facture.xml", dossier.structured, name="structured"),
    path(f"{INVOICE}/avoir/", dossier.credit, name="credit"),
    path(f"{INVOICE}/paiement/", dossier.payment, name="payment"),
    path(f"{INVOICE}/titre/", dossier.accounting, name="accounting"),
]
