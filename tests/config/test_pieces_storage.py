"""Where pieces are stored is a setting: a folder, or a bucket that speaks S3, tried here over real HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tools.environment import ROOT

PROGRAM = """
import json, django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import storages
storage = storages["default"]
told = {"class": type(storage).__module__ + "." + type(storage).__name__}
if told["class"].startswith("storages"):
    name = storage.save("dossiers/1/abc.pdf", ContentFile(b"%PDF-1.7 essai"))
    again = storage.save("dossiers/1/abc.pdf", ContentFile(b"other"))
    told |= {"name": name, "again": again != name, "read": storage.open(name).read().decode(), "exists": storage.exists(name)}
    storage.delete(name)
    told["gone"] = not storage.exists(name)
print(json.dumps(told))
"""


class Bucket(BaseHTTPRequestHandler):
    """The four verbs of an S3 bucket that this application uses, over what stands in memory."""

    held: dict[str, bytes]
    asked: list[str]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.held[self.path.partition("?")[0]] = body
        self._answer(200, b"", ETag='"1"')

    def do_GET(self) -> None:
        found = self.held.get(self.path.partition("?")[0])
        headers = {"ETag": '"1"', "Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT"}
        self._answer(200 if found is not None else 404, found or b"", **headers)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.held.pop(self.path.partition("?")[0], None)
        self._answer(204, b"")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.asked.append(self.headers.get("Authorization", ""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def bucket() -> Iterator[tuple[str, type[Bucket]]]:
    kept = type("KeptBucket", (Bucket,), {"held": {}, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kept)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", kept
    server.shutdown()


def told(**settings: str) -> dict[str, Any]:
    """What a process of its own, with these settings, says of its storage."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_pieces_lie_in_a_folder_unless_a_bucket_is_named() -> None:
    assert told(PIECES_BUCKET="") == {"class": "django.core.files.storage.filesystem.FileSystemStorage"}


def test_pieces_lie_in_the_bucket_that_is_named_and_every_request_is_signed(bucket: tuple[str, type[Bucket]]) -> None:
    address, kept = bucket
    keys = {"PIECES_ACCESS_KEY": "guichet", "PIECES_SECRET_KEY": "secret"}
    said = told(PIECES_BUCKET="pieces", PIECES_ENDPOINT=address, PIECES_REGION="fr-par", **keys)
    assert said == {
        "class": "storages.backends.s3.S3Storage",
        "name": "dossiers/1/abc.pdf",
        "again": True,
        "read": "%PDF-1.7 essai",
        "exists": True,
        "gone": True,
    }
    assert all(path.startswith("/pieces/dossiers/1/") for path in kept.held)
    assert all(word.startswith("AWS4-HMAC-SHA256 Credential=guichet/") for word in kept.asked)
