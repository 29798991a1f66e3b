"""A graph as an answer of the web: Turtle or JSON-LD, by the address or by what the reader accepts; the same facts give the same bytes.

So a harvester that comes back with the mark of what it has (ETag) is told in a few bytes that nothing changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from rdflib import Graph

from registry.harvest.namespaces import PREFIXES

#: Seconds for which a reader need not ask again.
FRESH = 300


def turtle(graph: Graph) -> bytes:
    """The graph as Turtle, subjects and values in a fixed order."""
    return graph.serialize(format="turtle", encoding="utf-8")


def json_ld(graph: Graph) -> bytes:
    """The graph as JSON-LD with its context inside, so that nobody fetches one elsewhere; everything in a fixed order."""
    told = json.loads(graph.serialize(format="json-ld", context=PREFIXES, auto_compact=False))
    nodes = told.get("@graph", [{name: value for name, value in told.items() if name != "@context"}])
    ordered = sorted((_ordered(one) for one in nodes), key=lambda one: one.get("@id", ""))
    return json.dumps({"@context": told["@context"], "@graph": ordered}, ensure_ascii=False, indent=1).encode()


def _ordered(value: Any) -> Any:
    """The value with its names sorted, and its lists too: in our graphs a list is a set."""
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


@dataclass(frozen=True)
class Format:
    """A way to write a graph."""

    ending: str
    label: str
    media_type: str
    write: Callable[[Graph], bytes]


TURTLE = Format("ttl", "Turtle", "text/turtle", turtle)
JSON_LD = Format("jsonld", "JSON-LD", "application/ld+json", json_ld)
FORMATS = {one.ending: one for one in (TURTLE, JSON_LD)}


def wanted(request: HttpRequest) -> Format | None:
    """The format that the reader of an address without an ending prefers: Turtle if any will do, None for a reader of pages."""
    best = request.get_preferred_type([TURTLE.media_type, JSON_LD.media_type, "application/json", "text/html"])
    if best == "text/html":
        return None
    return JSON_LD if best in {JSON_LD.media_type, "application/json"} else TURTLE


def answer(request: HttpRequest, graph: Graph, ending: str, shown: str, status: int = 200) -> HttpResponseBase:
    """The graph in the format of the ending, or by negotiation when it has none; somebody who reads pages is led to `shown`."""
    form = FORMATS[ending] if ending else wanted(request)
    if form is None:
        response: HttpResponseBase = HttpResponse(status=303, headers={"Location": shown})
    else:
        response = told(request, form.write(graph), f"{form.media_type}; charset=utf-8", status)
    if not ending:
        patch_vary_headers(response, ["Accept"])
    return response


def told(request: HttpRequest, content: bytes, content_type: str, status: int = 200) -> HttpResponseBase:
    """Bytes that anybody may keep for a while; 304 to somebody who has them already."""
    etag = quote_etag(hashlib.sha256(content_type.encode() + content).hexdigest()[:32])
    response = HttpResponse(content, content_type, status)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=etag, response=response) or response
