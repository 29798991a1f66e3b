"""Systems of bodies with their tokens, the requests that they make, and a receiver of webhooks on this machine."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import ApiClient, Organisation
from accounts.services import create_api_client, make_token
from extractions.exchange.models import Event, Webhook
from extractions.exchange.rules import READ, WRITE
from extractions.exchange.services import add_webhook
from tests.accounts.factories import UserFactory

API = "/api/tickets/v1"


@dataclass
class System:
    """A system of a body, and what it needs to ask."""

    client: ApiClient
    secret: str
    keeper: Any
    asked: int = 0

    def get(self, path: str, **headers: str) -> Any:
        return Client().get(f"{API}{path}", headers={"Authorization": f"Bearer {self.secret}", **headers})

    def post(self, path: str, told: dict[str, Any] | None = None, key: str = "", **headers: str) -> Any:
        self.asked += 1
        known = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key or f"{self.client.pk}-request-{self.asked}", **headers}
        return Client().post(f"{API}{path}", json.dumps(told or {}), content_type="application/json", headers=known)


def a_system(organisation: Organisation, *scopes: str, at: datetime | None = None, name: str = "Planification") -> System:
    """A system of a body, with every right unless some are named, and a token."""
    keeper, at = UserFactory(administrator=True), at or timezone.now()
    if organisation.verified_at is None:
        organisation.verified_at, organisation.verified_by = at, keeper
        organisation.save(update_fields=["verified_at", "verified_by"])
    client = create_api_client(name=name, organisation=organisation, scopes=scopes or (READ, WRITE), by=keeper, at=at)
    _token, secret = make_token(client, by=keeper, at=at)
    return System(client, secret, keeper)


def a_webhook(system: System, url: str, *events: str) -> Webhook:
    """A webhook of a system, of every event unless some are named."""
    return add_webhook(system.client, url=url, events=events or Event.values, by=system.keeper, at=timezone.now())


@dataclass
class Received:
    """What a receiver was sent."""

    url: str = ""
    status: int = 204
    messages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    #: Called before the answer.
    before: Callable[[], None] | None = None


@contextmanager
def a_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Received]:
    """A small server that keeps what it is sent."""
    received = Received()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if received.before is not None:
                received.before()
            self.send_response(received.status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    server.handle_error = lambda *_connection: None  # type: ignore[method-assign]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    received.url = f"http://127.0.0.1:{server.server_port}/told"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
