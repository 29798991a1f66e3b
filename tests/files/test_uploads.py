"""Receiving files: what is too large is read and forgotten, never kept, and the rest of the form arrives."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from files.uploads import Oversized
from tests.accounts.clients import sign_in
from tests.requests_app.factories import a_draft, cast

BOUNDARY = "guichet"


class Stream(io.RawIOBase):
    """The body of a form with a kind and a file of `size` bytes, made while it is read; it watches the folder of uploads meanwhile."""

    def __init__(self, size: int, folder: Path) -> None:
        self.folder, self.most_on_disk = folder, 0
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nsummary\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="grand.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
        ).encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.length = len(head) + size + len(tail)
        self.parts = self._parts(head, size, tail)
        self.left = b""

    def _parts(self, head: bytes, size: int, tail: bytes) -> Iterator[bytes]:
        yield head
        block = bytes(1 << 20)
        while size > 0:
            yield block[: min(size, len(block))]
            size -= len(block)
            self.most_on_disk = max(self.most_on_disk, sum(one.stat().st_blocks * 512 for one in self.folder.iterdir()))
        yield tail

    def read(self, most: int = -1) -> bytes:
        """The next bytes."""
        if not self.left:
            self.left = next(self.parts, b"")
        most = len(self.left) if most < 0 else most
        given, self.left = self.left[:most], self.left[most:]
        return given


def sent(client: Client, dossier: Any, size: int, folder: Path) -> tuple[Any, Stream]:
    body = Stream(size, folder)
    answer = client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": reverse("dossiers:pieces", args=[dossier.reference]),
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(body.length),
            "wsgi.input": body,
        }
    )
    return answer, body


@pytest.mark.django_db
@pytest.mark.parametrize("size", [30_000_000, pytest.param(300_000_000, marks=pytest.mark.slow)])
def test_a_file_far_too_large_is_refused_without_being_kept_and_the_form_stays(
    client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    client.cookies["django_language"] = "en"
    if size < 100_000_000:
        settings.UPLOAD_MAX_BYTES = 2_000_000
    people = cast()
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    answer, body = sent(client, dossier, size, tmp_path)
    assert answer.status_code == 200
    [sentence] = answer.context["form"].errors["file"]
    assert sentence.startswith("This file is too large (" + ("286" if size > 100_000_000 else "28.6"))
    assert '<option value="summary" selected>' in answer.content.decode()
    assert body.most_on_disk <= settings.UPLOAD_MAX_BYTES + 200_000
    assert not dossier.attachments.exists()


def test_what_was_too_large_says_its_size_and_holds_nothing(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", b"x" * 11), "more": "kept"})
    file = request.FILES["file"]
    assert isinstance(file, Oversized)
    assert (file.size, file.read(), request.POST["more"]) == (11, b"", "kept")


def test_many_files_within_the_limit_are_not_all_kept(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    files = {f"file{rank}": SimpleUploadedFile("a.pdf", b"x" * 10) for rank in range(5)}
    kept = [file for file in RequestFactory().post("/", files).FILES.values() if not isinstance(file, Oversized)]
    assert len(kept) == 3


def test_a_file_within_the_limit_arrives_whole(settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    content = os.urandom(300_000)
    file = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", content)}).FILES["file"]
    assert file.read() == content
    assert Path(file.temporary_file_path()).is_relative_to(tempfile.gettempdir())  # type: ignore[union-attr]
