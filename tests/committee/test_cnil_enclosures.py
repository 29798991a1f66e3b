"""The opinion goes with the dossier to the CNIL: what the committee encloses with the file that the secretariat transmits."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from committee.models import Paper
from committee.states import PaperKind
from requests_app.cnil.enclosures import enclosed_with
from tests.accounts.factories import UserFactory
from tests.committee.factories import an_examination


@pytest.mark.django_db
def test_the_opinion_is_enclosed_and_the_reports_are_not(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    examination, by = an_examination(), UserFactory()
    for kind, number in ((PaperKind.REPORT, "RAP-2026-0001"), (PaperKind.OPINION, "AVIS-2026-0001")):
        paper = Paper(kind=kind, number=number, examination=examination, source={}, made_at=timezone.now(), made_by=by)
        paper.pdf.save("x.pdf", ContentFile(number.encode()), save=False)
        paper.docx.save("x.docx", ContentFile(b"x"), save=False)
        paper.save()
    found = enclosed_with(examination.dossier)
    assert [(one.name, b"".join(one.chunks)) for one in found] == [("AVIS-2026-0001.pdf", b"AVIS-2026-0001")]
