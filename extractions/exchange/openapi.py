"""An OpenAPI document, with what the framework does not say by itself: problem documents, and the headers of answers."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from ninja import NinjaAPI

TEXT = {"type": "string"}
REPLAYED = {"description": "“true” when the same request was answered before, and nothing was changed now.", "schema": TEXT}


@dataclass(frozen=True)
class Described:
    """An API, and what is its own: where it stands, what its answers to unknown callers and its tags are, what carries a tag."""

    api: NinjaAPI
    prefix: str
    challenge: str
    etag: str
    #: The names of the documents that carry an ETag; what changes something answers with one of them.
    tagged: Set[str]


def described(one: Described) -> dict[str, Any]:
    """The API as OpenAPI tells it."""
    document = dict(one.api.get_openapi_schema(path_prefix=one.prefix))
    for methods in document["paths"].values():
        for method, told in methods.items():
            _complete(told, method, one)
    return document


def _complete(told: dict[str, Any], method: str, one: Described) -> None:
    told["responses"] = {str(code): answer for code, answer in told["responses"].items()}
    for code, answer in told["responses"].items():
        content = answer.get("content", {})
        if int(code) >= 400 and "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
        headers = _headers(code, content, method, one)
        if headers:
            answer["headers"] = headers


def _headers(code: str, content: dict[str, Any], method: str, one: Described) -> dict[str, Any]:
    if code == "401":
        return {"WWW-Authenticate": {"description": one.challenge, "schema": TEXT}}
    if code == "429":
        return {"Retry-After": {"description": "In how many seconds to ask again.", "schema": {"type": "integer"}}}
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    if code != "200" or name not in one.tagged:
        return {}
    return {"ETag": {"description": one.etag, "schema": TEXT}} | ({"Idempotent-Replayed": REPLAYED} if method == "post" else {})
