"""Addresses of the signatures of a convention, and of the public check; they stay stable."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from contracts.signing.views import checking, cockpit, keeping, signatory

app_name = "signing"
CONVENTION = "conventions/<slug:number>"
SIGNATURES = f"{CONVENTION}/signatures"
urlpatterns: list[URLPattern] = [
    path("verifier/", checking.check, name="check"),
    path("verifier/<str:code>/", checking.checked, name="checked"),
    re_path(r"^conventions/verifier/(?P<rest>(?:[0-9A-Za-z-]{1,40}/)?)$", RedirectView.as_view(url="/verifier/%(rest)s")),
    path(f"{CONVENTION}/signer/", signatory.sign, name="sign"),
    path(f"{CONVENTION}/signer/refuser/", signatory.refuse, name="refuse"),
    path(f"{CONVENTION}/signer/deleguer/", signatory.delegate, name="delegate"),
    path(f"{SIGNATURES}/", cockpit.cockpit, name="cockpit"),
    path(f"{SIGNATURES}/envoyer/", cockpit.send, name="send"),
    path(f"{SIGNATURES}/rappeler-la-demande/", cockpit.cancel, name="cancel"),
    path(f"{SIGNATURES}/document.pdf", cockpit.document, name="document"),
    path(f"{SIGNATURES}/preuve.json", cockpit.evidence, {"ending": "json"}, name="evidence_json"),
    path(f"{SIGNATURES}/preuve.pdf", cockpit.evidence, {"ending": "pdf"}, name="evidence_pdf"),
    path(f"{SIGNATURES}/<int:pk>/relancer/", cockpit.remind, name="remind"),
    path(f"{SIGNATURES}/<int:pk>/fin-de-delegation/", cockpit.end_delegation, name="end_delegation"),
    path(f"{SIGNATURES}/<int:pk>/fichier/", keeping.upload, name="upload"),
    path(f"{SIGNATURES}/<int:pk>/refus/", keeping.note_refusal, name="note_refusal"),
    path(f"{SIGNATURES}/<int:pk>/papier/", keeping.add_scan, name="add_scan"),
    path(f"{SIGNATURES}/papiers/<int:pk>/", keeping.scan, name="scan"),
    path(f"{SIGNATURES}/papiers/<int:pk>/ecarter/", keeping.discard, name="discard_scan"),
    path(f"{SIGNATURES}/papiers/<int:pk>/fichier", keeping.scan_file, name="scan_file"),
]
