"""A filed version lists its pieces by kind, number and fingerprint, and its page says which ones changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demo.pieces import small_pdf
from requests_app.content import PIECES, completed
from requests_app.differences import changed_places
from requests_app.models import Dossier
from requests_app.pieces import attach, remove, replace
from requests_app.version_pieces import shown_by_version
from tests.accounts.clients import sign_in
from tests.requests_app.factories import a_dossier, cast, make


def kept(piece: int, *, line: int = 0, number: int = 1, sha256: str = "") -> dict[str, Any]:
    return {"piece": piece, "line": line or piece, "number": number, "kind": "protocol", "sha256": sha256 or str(piece) * 64}


def became(*versions: list[dict[str, Any]] | None) -> list[list[str] | None]:
    rows: Any = SimpleNamespace(in_bulk=lambda _ids: {})
    filed = [SimpleNamespace(snapshot={} if pieces is None else {PIECES: pieces}) for pieces in versions]
    shown = shown_by_version(SimpleNamespace(attachments=rows), filed)
    return [pieces if pieces is None else [one.became for one in pieces] for _version, pieces in shown]


@pytest.mark.parametrize(
    ("former", "now", "told"),
    [
        ([kept(1)], [kept(1)], ["same"]),
        ([kept(1)], [kept(1), kept(2)], ["same", "new"]),
        ([kept(1)], [kept(2, line=1, number=2)], ["replaced"]),
        ([kept(1)], [kept(2, line=1, number=2, sha256="1" * 64)], ["same"]),
        ([kept(1)], [kept(3, sha256="1" * 64)], ["same", "removed"]),
        ([kept(1), kept(2)], [kept(2)], ["same", "removed"]),
        (None, [kept(1)], [""]),
    ],
)
def test_what_became_of_a_piece_since_the_version_before(former: Any, now: Any, told: list[str]) -> None:
    assert became(former, now)[-1] == told


def test_a_version_of_former_times_says_that_it_lists_none() -> None:
    assert became(None, None) == [None, None]


@pytest.mark.django_db
def test_a_version_keeps_its_pieces_and_the_page_says_what_changed(
    client: Client, settings: Any, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    people = cast()
    dossier = a_dossier("incomplete", people)
    [first] = dossier.versions.all()
    assert [(one["kind"], one["number"]) for one in first.snapshot[PIECES]] == [
        (piece.kind, 1) for piece in dossier.attachments.order_by("pk")
    ]
    by, at = people["owner"], timezone.now() - timedelta(minutes=5)
    by_kind = {piece.kind: piece for piece in dossier.attachments.all()}
    newer = replace(by_kind["protocol"], SimpleUploadedFile("protocole.pdf", small_pdf(["Seconde version"])), by=by, at=at)
    remove(by_kind["summary"], by=by, at=at)
    attach(dossier, SimpleUploadedFile("resume.pdf", small_pdf(["Autre résumé"])), "summary", by=by, at=at)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.content_is_as_filed()  # the pieces are no part of what the content says
    make(dossier, "resubmit", people, timezone.now())
    second = dossier.versions.get(number=2)
    assert second.sha256 == first.sha256
    assert next(one for one in second.snapshot[PIECES] if one["kind"] == "protocol") == {
        "piece": newer.pk,
        "line": by_kind["protocol"].pk,
        "number": 2,
        "kind": "protocol",
        "sha256": newer.sha256,
    }
    assert changed_places(completed(first.snapshot), second.snapshot) == []
    client.cookies["django_language"] = "en"
    sign_in(client, people["officer"])
    page = client.get(reverse("dossiers:content", args=[dossier.reference])).content.decode()
    assert [page.count(f">{word}</span>") for word in ("Replaced", "Removed", "Added")] == [1, 1, 1]
    assert reverse("dossiers:piece", args=[dossier.reference, newer.pk]) in page.partition("Filed versions")[2]
    shown = list(dossier.versions.select_related("filed_by"))
    with django_assert_max_num_queries(1):
        shown_by_version(dossier, shown)
