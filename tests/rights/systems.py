"""Systems of controllers with their keys, the signed requests that they make, and envelopes sealed for them."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils import timezone

from accounts.models import ApiClient, ApiClientKey
from accounts.services import create_api_client, register_client_key, verify_client_key
from accounts.signed_requests import digest_of
from rights.envelopes import sealing
from rights.envelopes.choices import MessageKind, SealedBy
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keeping import keep
from rights.models import Routing
from rights.policies import ANSWER
from tests.accounts.factories import UserFactory
from tests.rights.factories import Controller

API = "/api/rights/v1"
COVERED = '("@method" "@authority" "@path" "@query" "content-digest"{})'


@dataclass
class System:
    """A system of a controller, with the private half of its key."""

    client: ApiClient
    key: ApiClientKey
    private: Ed25519PrivateKey
    asked: int = 0
    language: str = "fr"

    def get(self, path: str, **told: Any) -> Any:
        return self.send("GET", path, **told)

    def post(self, path: str, told: dict[str, Any] | None = None, key: str | None = "", **more: Any) -> Any:
        self.asked += 1
        known = {} if key is None else {"Idempotency-Key": key or f"{self.client.pk}-request-{self.asked}"}
        return self.send("POST", path, json.dumps(told or {}).encode(), {**known, **more.pop("headers", {})}, **more)

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, **signature: Any) -> Any:
        whole = f"{API}{path}"
        signed = self.signed(method, "testserver", whole, body, headers or {}, **signature) | {"Accept-Language": self.language}
        return Client(enforce_csrf_checks=True).generic(method, whole, body, content_type="application/json", headers=signed)

    def signed(self, method: str, host: str, target: str, body: bytes, headers: dict[str, str], **changes: Any) -> dict[str, str]:
        """The headers of a signed request; `changes` makes one that is not as it should be."""
        path, _mark, query = target.partition("?")
        digest = digest_of(body)
        also = [name for name in ("idempotency-key", "if-match") if name in {one.lower() for one in headers}]
        covered = COVERED.format("".join(f' "{name}"' for name in also))
        created, nonce = changes.get("created", int(time.time())), changes.get("nonce", secrets.token_urlsafe(18))
        keyid = changes.get("keyid", self.key.fingerprint)
        params = changes.get("params") or f'{covered};created={created};nonce="{nonce}";keyid="{keyid}";alg="ed25519"'
        lower = {name.lower(): value for name, value in headers.items()}
        told = {"@method": method, "@authority": host, "@path": path, "@query": f"?{query}", "content-digest": digest, **lower}
        names = [one.strip('"') for one in params.partition(")")[0].strip("(").split()]
        base = "\n".join([*(f'"{name}": {told[name]}' for name in names), f'"@signature-params": {params}'])
        signature = base64.b64encode(changes.get("private", self.private).sign(base.encode())).decode()
        return {**headers, "Content-Digest": digest, "Signature-Input": f"sig1={params}", "Signature": f"sig1=:{signature}:"}


def a_system(
    there: Controller,
    *,
    name: str = "Réponse aux droits",
    verified: bool = True,
    at: datetime | None = None,
    scopes: Iterable[str] = (ANSWER,),
) -> System:
    """A system of a controller, let in by an administrator; its key was registered by the agent and verified by the administrator."""
    keeper, at = UserFactory(administrator=True), at or timezone.now()
    if there.organisation.verified_at is None:
        there.organisation.verified_at, there.organisation.verified_by = at, keeper
        there.organisation.save(update_fields=["verified_at", "verified_by"])
    client = create_api_client(name=name, organisation=there.organisation, scopes=scopes, by=keeper, at=at)
    private = Ed25519PrivateKey.generate()
    public = base64.b64encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    key = register_client_key(client, public, by=there.agent, at=at)
    if verified:
        verify_client_key(key, key.fingerprint, by=keeper, at=at)
    return System(client, key, private)


@dataclass
class KeyPair:
    """A controller's or a person's key pair, and the key as the window knows it."""

    private: ec.EllipticCurvePrivateKey
    raw: bytes
    known: ControllerKey | None = None


def a_pair() -> KeyPair:
    private = ec.generate_private_key(ec.SECP256R1())
    return KeyPair(private, sealing.raw(private.public_key()))


def a_key(there: Controller, at: datetime | None = None) -> KeyPair:
    """A key of the controller that two people have compared."""
    pair, at, officer = a_pair(), at or timezone.now(), UserFactory()
    told = {"public": base64.b64encode(pair.raw).decode(), "fingerprint": sealing.fingerprint(pair.raw)}
    pair.known = ControllerKey.objects.create(
        organisation=there.organisation, registered_at=at, registered_by=there.agent, valid_from=at, **told,
        verified_at=at, verified_by=officer, signature="s", signer="k",
    )  # fmt: skip
    return pair


def an_envelope(routing: Routing, pair: KeyPair, reply: KeyPair | None = None, at: datetime | None = None) -> Any:
    """An envelope of this routing, sealed to the key."""
    assert pair.known is not None
    payload = {"v": 1, "form": routing.request.sending, "right": routing.right, "identity": {"name": "Personne d’essai"}, "files": []}
    payload |= {"reply_key": base64.b64encode(reply.raw).decode()} if reply else {}
    sealed = sealing.seal(payload, pair.raw, sealing.info_of(routing.database.slug, pair.known.fingerprint))
    return keep(routing, pair.known, sealed, sealed_by=SealedBy.BROWSER, at=at or timezone.now())


def words_for(routing: Routing, reply: KeyPair, kind: MessageKind = MessageKind.ANSWER, text: str = "Voici.") -> dict[str, str]:
    """Words sealed to the person, as a system sends them."""
    name = sealing.fingerprint(reply.raw)
    info = sealing.message_info(sealing.ANSWER, routing.database.slug, name, routing.number)
    sealed = sealing.seal({"v": 1, "kind": kind.value, "words": text, "files": []}, reply.raw, info)
    return {"sealed": base64.b64encode(sealed).decode(), "sealed_to": name}
