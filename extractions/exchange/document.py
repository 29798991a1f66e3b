"""The OpenAPI document, with what the framework does not say by itself: problem documents, and the headers of answers."""

from __future__ import annotations

from typing import Any

from extractions.exchange.api import PREFIX, api

TEXT = {"type": "string"}
HEADERS: dict[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {"description": "How to say who one is (RFC 6750).", "schema": TEXT}},
    "429": {"Retry-After": {"description": "In how many seconds to ask again.", "schema": {"type": "integer"}}},
}
ETAG = {"description": "The version of the ticket, for If-Match.", "schema": TEXT}
REPLAYED = {"description": "“true” when the same request was answered before, and nothing was changed now.", "schema": TEXT}


def description() -> dict[str, Any]:
    """The API as OpenAPI tells it."""
    document = dict(api.get_openapi_schema(path_prefix=PREFIX))
    for methods in document["paths"].values():
        for method, told in methods.items():
            _complete(told, method)
    return document


def _complete(told: dict[str, Any], method: str) -> None:
    told["responses"] = {str(code): answer for code, answer in told["responses"].items()}
    for code, answer in told["responses"].items():
        content = answer.get("content", {})
        if int(code) >= 400 and "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
        headers = HEADERS.get(code, {})
        if code == "200" and any(one["name"] == "number" for one in told.get("parameters", [])):
            headers = {"ETag": ETAG} | ({"Idempotent-Replayed": REPLAYED} if method == "post" else {})
        if headers:
            answer["headers"] = headers
