"""What really leaves for the error tracker: received by a server of our own, decoded, and searched for a person."""

import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("jeanne.martin@example.org", "Jeanne Martin", "285017512345678", "mot-de-passe", "sessionid-secret", "192.0.2.17", "projet-secret")

# A process of its own, with the real settings: a view that fails in every way that could carry a person along.
FAILING = """
import logging, os, sys
import django
from django.conf import settings
django.setup()
import sentry_sdk
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.urls import path

name, email, nir = "Jeanne Martin", "jeanne.martin@example.org", "285017512345678"

def failing(request, word):
    sentry_sdk.set_user({"email": email, "username": name, "ip_address": "192.0.2.17"})
    sentry_sdk.set_tag("person", name)
    sentry_sdk.set_context("person", {"nir": nir})
    sentry_sdk.add_breadcrumb(message=f"seen {email}")
    logging.getLogger("guichet.outbox").error("outbox_delivery_failed for %s", email)
    logging.getLogger("some.library").error("cannot write to %s", name)
    logging.getLogger("guichet.outbox").error("outbox_delivery_failed")
    local_name = f"{name} {nir}"
    try:
        raise ValueError(f"{email} is not {local_name}")
    except ValueError as error:
        raise LookupError(f"no dossier for {name}") from error

sys.modules["failing_urls"] = type(sys)("failing_urls")
sys.modules["failing_urls"].urlpatterns = [path("echec/<str:word>/", failing, name="failing")]
settings.ROOT_URLCONF = "failing_urls"
settings.MIDDLEWARE = ["config.logging.RequestLogMiddleware"]
request = RequestFactory().post(
    "/echec/projet-secret/?q=Jeanne+Martin", {"email": email, "password": "mot-de-passe", "nom": "Jeanne Martin"},
    headers={"cookie": "sessionid=sessionid-secret", "authorization": "Bearer mot-de-passe", "user-agent": "Jeanne Martin"},
    REMOTE_ADDR="192.0.2.17",
)
WSGIHandler()(request.environ, lambda status, headers: print(status))
sentry_sdk.flush(timeout=10)
"""


def decoded(body: bytes, encoding: str) -> str:
    """The body as the tracker reads it; an encoding that we cannot read would make this test blind, so it fails."""
    if encoding == "br":
        import brotli

        body = brotli.decompress(body)
    elif encoding == "gzip":
        body = gzip.decompress(body)
    elif encoding == "deflate":
        body = zlib.decompress(body)
    else:
        assert not encoding, f"unreadable encoding {encoding}"
    return body.decode("utf-8")


@pytest.fixture
def tracker() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """An address to send reports to, and what came: headers and decoded body."""
    received: list[tuple[str, str]] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((str(self.headers), decoded(body, self.headers.get("Content-Encoding", ""))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_words: object) -> None:
            """Keep the test's output clean."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://public@127.0.0.1:{server.server_port}/1", received
        server.shutdown()


def test_a_report_names_the_error_and_nobody(tracker) -> None:
    address, received = tracker
    environment = {**os.environ, "SENTRY_DSN": address, "no_proxy": "127.0.0.1"}
    done = subprocess.run([sys.executable, "-c", FAILING], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert "500 Internal Server Error" in done.stdout, done.stderr
    events = [
        json.loads(line) for _headers, body in received for line in body.splitlines() if '"event_id"' in line and '"platform"' in line
    ]
    kinds = {value["type"] for event in events for value in event.get("exception", {}).get("values", [])}
    assert kinds == {"ValueError", "LookupError"}, "the report did not arrive, or could not be read"
    assert {event["message"] for event in events if "message" in event} == {"outbox_delivery_failed", "event"}
    frames = [
        frame for event in events for value in event.get("exception", {}).get("values", []) for frame in value["stacktrace"]["frames"]
    ]
    assert any(frame["function"] == "failing" for frame in frames)
    sent = "".join(headers + body for headers, body in received)
    assert not [mark for mark in MARKS if mark in sent]
    assert not [key for event in events for key in ("request", "user", "breadcrumbs", "extra", "contexts", "server_name") if event.get(key)]
    assert not [mark for mark in MARKS if mark in done.stderr], "the log leaks what the report does not"


def test_without_an_address_nothing_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import django; django.setup(); import sentry_sdk; print(sentry_sdk.is_initialized())"
    environment = {name: value for name, value in os.environ.items() if name != "SENTRY_DSN"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"
