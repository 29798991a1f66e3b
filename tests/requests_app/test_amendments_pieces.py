"""What an amendment does with pieces and with versions filed in an older form: copied under their verdict, found, never left behind."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from requests_app.amendments import services
from requests_app.content import PIECES, completed
from requests_app.models import Attachment, Dossier, DossierSource, DossierVersion
from requests_app.pieces import attach
from requests_app.states import State
from tests.requests_app.amended import (
    NEW_MAILBOX,
    a_pdf,
    an_authorised,
    begun,
    filed,
    fresh,
    qualified,
    register,
    registered,
    reread,
)
from tests.requests_app.factories import make
from workflow.models import OutboxMessage
from workflow.refusals import RuleBroken

pytestmark = pytest.mark.django_db
#: What migration 0003 added: a version filed before it holds none of it.
NEW_IN_SOURCES = ("history_years", "population_criteria", "variables", "identifiers", "professional_identifier", "professional_reasons")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def a_piece(dossier: Dossier, people: dict[str, Any], name: str, pages: int, **said: Any) -> Attachment:
    ago = timezone.now() - timedelta(days=10)
    piece = attach(dossier, SimpleUploadedFile(name, a_pdf(pages)), "protocol", by=people["owner"], at=ago)
    Attachment.objects.filter(pk=piece.pk).update(**said)
    return Attachment.objects.get(pk=piece.pk)


def queued(kind: str, **payload: Any) -> int:
    return OutboxMessage.objects.filter(kind=kind, **{f"payload__{name}": value for name, value in payload.items()}).count()


# --- copies --------------------------------------------------------------------------------------
def test_a_copy_keeps_the_verdict_of_a_clean_piece_and_is_read_for_the_search(media: Path, settings: Any) -> None:
    dossier, people = an_authorised()
    day = timezone.now() - timedelta(days=9)
    a_piece(dossier, people, "protocole.pdf", 3, scan_state="clean", scanned_at=day)
    settings.CLAMD_SOCKET = "/nobody/answers"
    copy = begun(dossier, people).draft.attachments.get(name="protocole.pdf")
    assert (copy.scan_state, copy.scanned_at) == ("clean", day)
    assert queued("read_piece", piece=copy.pk) == 1 and queued("scan_file", pk=copy.pk) == 0


@pytest.mark.parametrize("why", ["never scanned", "other bytes"])
def test_a_copy_of_anything_else_is_scanned(media: Path, settings: Any, why: str) -> None:
    dossier, people = an_authorised()
    piece = a_piece(dossier, people, "protocole.pdf", 3)
    if why == "other bytes":
        Attachment.objects.filter(pk=piece.pk).update(scan_state="clean", scanned_at=timezone.now())
        Path(piece.file.path).write_bytes(a_pdf(4))
    settings.CLAMD_SOCKET = "/nobody/answers"
    copy = begun(dossier, people).draft.attachments.get(name="protocole.pdf")
    assert (copy.scan_state, copy.scanned_at) == ("waiting", None)
    assert queued("scan_file", pk=copy.pk) == 1


@pytest.mark.parametrize("act", ["begin", "contest"])
def test_an_amendment_that_cannot_be_made_leaves_no_file_behind(media: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    dossier, people = an_authorised()
    a_piece(dossier, people, "protocole.pdf", 3)
    make_it = partial(services.begin_amendment, dossier, kind="modification", by=people["owner"], at=timezone.now())
    if act == "contest":
        amendment = registered(dossier, people, timezone.now() - timedelta(days=3))
        make_it = partial(services.contest, amendment, reason="Substantielle.", by=people["officer"], at=timezone.now())
    before = {path for path in media.rglob("*") if path.is_file()}

    def fail(**_said: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("requests_app.amendments.models.Amendment.objects.create", fail)
    with pytest.raises(ConnectionError):
        make_it()
    assert {path for path in media.rglob("*") if path.is_file()} == before
    assert not Dossier.objects.filter(amends=dossier).exists()


# --- handing over --------------------------------------------------------------------------------
def test_a_piece_that_moves_to_the_dossier_is_found_there(media: Path) -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, **NEW_MAILBOX)
    piece = a_piece(amendment.draft, people, "lettre.pdf", 2)
    OutboxMessage.objects.all().delete()
    registered = register(qualified(amendment, people), people)
    assert Attachment.objects.get(pk=piece.pk).dossier == dossier
    assert piece.pk in [one["piece"] for one in dossier.versions.get(number=registered.applied_version).snapshot[PIECES]]
    assert queued("index_text", source="piece", row=piece.pk) == 1


@pytest.mark.parametrize("verdict", [{"scan_state": "waiting"}, {"scan_state": "infected", "scanned_at": timezone.now()}])
def test_an_amendment_that_holds_a_piece_nobody_can_open_is_not_registered(media: Path, verdict: dict[str, Any]) -> None:
    dossier, people = an_authorised()
    amendment = begun(dossier, people, **NEW_MAILBOX)
    a_piece(amendment.draft, people, "lettre.pdf", 2, **verdict)
    amendment = qualified(amendment, people)
    with pytest.raises(RuleBroken) as refusal:
        register(amendment, people)
    assert ["lettre.pdf" in str(one.sentence) for one in refusal.value.broken] == [True]


# --- versions filed before the form grew -----------------------------------------------------------
def in_the_old_form(version: DossierVersion) -> None:
    """Make a filed version one that was filed before migration 0003."""
    old = {name: value for name, value in version.snapshot.items() if name not in ("milestones", "answers", "people")}
    old["sources"] = [{name: value for name, value in row.items() if name not in NEW_IN_SOURCES} for row in old["sources"]]
    told = {"dossier_id": version.dossier_id, "number": version.number, "filed_at": version.filed_at, "filed_by_id": version.filed_by_id}
    version.delete()
    DossierVersion.objects.create(**told, snapshot=old, sha256="0")


def test_a_contested_change_is_undone_though_the_version_before_it_is_of_the_old_form() -> None:
    dossier, people = an_authorised(people=None)
    dossier.content.sources.update(professional_identifier=None)
    amendment = begun(reread(dossier), people, at=timezone.now() - timedelta(days=9), milestones="Deux étapes.")
    DossierSource.objects.filter(content=amendment.draft_id).update(history_years=7, variables="Toutes.")
    amendment = register(
        qualified(fresh(amendment), people, timezone.now() - timedelta(days=9)), people, timezone.now() - timedelta(days=8)
    )
    assert reread(dossier).content.sources.get().history_years == 7
    in_the_old_form(dossier.versions.get(number=amendment.applied_version - 1))
    services.contest(amendment, reason="Substantielle.", by=people["officer"], at=timezone.now())
    source = reread(dossier).content.sources.get()
    assert (source.history_years, source.variables, reread(dossier).content.milestones) == (None, "", "")


def test_an_amendment_that_was_filed_in_the_old_form_is_applied_whole() -> None:
    dossier, people = an_authorised()
    begun_at = timezone.now() - timedelta(days=30)
    amendment = begun(dossier, people, at=begun_at)
    DossierSource.objects.filter(content=amendment.draft_id).update(justification="Plus de données.")
    amendment = qualified(fresh(amendment), people, begun_at, data="yes", purpose="yes", recipients="yes")
    draft = filed(amendment, people, State.WITH_CNIL, timezone.now() - timedelta(days=25))
    DossierSource.objects.filter(content=dossier.pk).update(history_years=7)
    in_the_old_form(draft.versions.get())
    make(draft, "authorise", people, timezone.now())
    applied, source = fresh(amendment), reread(dossier).content.sources.get()
    assert applied.after == completed(applied.after) and "people" in applied.after
    assert (source.justification, source.history_years) == ("Plus de données.", None)
