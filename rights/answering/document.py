"""The OpenAPI document, with what the framework does not say by itself: problem documents, headers of answers, how a request is signed."""

from __future__ import annotations

from typing import Any

from extractions.exchange.document import REPLAYED, TEXT
from rights.answering.api import PREFIX, api

HEADERS: dict[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {"description": "How to say who one is (RFC 9421).", "schema": TEXT}},
    "429": {"Retry-After": {"description": "In how many seconds to ask again.", "schema": {"type": "integer"}}},
}
ETAG = {"description": "The version of the request, for If-Match.", "schema": TEXT}
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
#: What carries an ETag: one request, and what a change of it answers.
_ONE = "RequestDocument"


def description() -> dict[str, Any]:
    """The API as OpenAPI tells it."""
    document = dict(api.get_openapi_schema(path_prefix=PREFIX))
    document["components"]["securitySchemes"] = {"Signature": SCHEME}
    for methods in document["paths"].values():
        for method, told in methods.items():
            _complete(told, method)
    return document


def _complete(told: dict[str, Any], method: str) -> None:
    told["responses"] = {str(code): answer for code, answer in told["responses"].items()}
    for code, answer in told["responses"].items():
        content = answer.get("content", {})
        is_one = code == "200" and str(content).find(f"/{_ONE}'") >= 0
        if int(code) >= 400 and "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
        headers = HEADERS.get(code, {})
        if is_one:
            headers = {"ETag": ETAG} | ({"Idempotent-Replayed": REPLAYED} if method == "post" else {})
        if headers:
            answer["headers"] = headers
