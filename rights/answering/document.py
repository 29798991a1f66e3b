"""The OpenAPI document of the API of rights, with how a request is signed."""

from __future__ import annotations

from typing import Any

from extractions.exchange.openapi import Described, described
from rights.answering.api import PREFIX, api

#: The documents that carry an ETag; upper rooms add theirs.
TAGGED = {"RequestDocument", "ReferenceDocument"}
DESCRIBED = Described(
    api,
    PREFIX,
    challenge="How to say who one is (RFC 9421).",
    etag="The version of what is told, for If-Match.",
    tagged=TAGGED,
)
SCHEME = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": (
        "HTTP Message Signatures (RFC 9421), Ed25519. Signed are @method, @authority, @path, @query and content-digest (sha-256, RFC 9530),"
        " and idempotency-key and if-match wherever they are sent; the parameters are created, nonce, keyid (the fingerprint of the key),"
        " and expires and alg if you like. A signature holds for ten minutes at most, and is taken once."
    ),
}


def description() -> dict[str, Any]:
    """The API as OpenAPI tells it."""
    document = described(DESCRIBED)
    document["components"]["securitySchemes"] = {"Signature": SCHEME}
    return document
