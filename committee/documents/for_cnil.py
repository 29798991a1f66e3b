"""What the committee encloses with a dossier that goes to the CNIL: its signed opinion, or the attestation of a tacit one."""

from __future__ import annotations

from collections.abc import Iterable

from committee.documents.archive import stored
from committee.models import Paper
from committee.states import PaperKind
from requests_app.cnil.enclosures import Enclosed
from requests_app.models import Dossier


def opinions_of(dossier: Dossier) -> Iterable[Enclosed]:
    """The papers of the opinion, as far as they were made here."""
    papers = Paper.objects.filter(examination__dossier=dossier, kind__in=[PaperKind.OPINION, PaperKind.ATTESTATION])
    return [Enclosed(f"{paper.number}.pdf", stored(paper.pdf.name)) for paper in papers.order_by("made_at", "pk")]
