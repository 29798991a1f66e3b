"""How open data is handed over: to anybody, from any site, without a cookie, asked again only when it has changed, and in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.reuse.schema import LICENCE
from registry.reuse.state import changed_at, etag_on
from registry.turns import in_turn
from workflow.periods import paris_day

View = Callable[..., HttpResponseBase]
#: For how long a copy may be shown without asking again, in seconds; then one question with the tag is enough.
FRESH = 60
ASKED = "Accept, Accept-Language, If-None-Match, If-Modified-Since"


def today() -> date:
    """The day of the reader, in Paris."""
    return paris_day(timezone.now())


def open_data(view: View, *more: str) -> View:
    """What everybody may read, from a page of any site too: GET and HEAD, and the question that browsers ask before."""
    methods = ["GET", "HEAD", "OPTIONS", *more]

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = HttpResponse(status=204) if request.method == "OPTIONS" else view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = ASKED
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After, X-Registry-Version"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response["Link"] = ", ".join(filter(None, [response.headers.get("Link", ""), f'<{LICENCE["path"]}>; rel="license"']))
        return response

    allowed = require_http_methods(methods)(answer)
    allowed.knows_nobody = True  # type: ignore[attr-defined]
    return allowed


def reading(view: View) -> View:
    """A view of the API that knows GET only, asked with HEAD: the same answer without its body."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        only_head, request.method = request.method == "HEAD", "GET"
        response = view(request, *args, **kwargs)
        if only_head and isinstance(response, HttpResponse):
            response.content = b""
        return response

    return answer


def unless_known(request: HttpRequest, day: date, make: Callable[[], HttpResponseBase], *about: object) -> HttpResponseBase:
    """The answer with its tag and date; 304, and nothing is made, for who has it already."""
    tag, changed = etag_on(day, *about), changed_at(day)
    known = get_conditional_response(request, etag=tag, last_modified=int(changed.timestamp()))
    response = known or make()
    if response.status_code in {200, 304}:
        response["ETag"], response["Last-Modified"] = tag, http_date(changed.timestamp())
        response["Cache-Control"] = f"public, max-age={FRESH}"
    return response


def problem(status: int, title: str, detail: str = "", **more: Any) -> JsonResponse:
    """What went wrong, for a program (RFC 9457)."""
    told = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {}) | more
    return JsonResponse(told, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def streamed(request: HttpRequest, blocks: Iterable[bytes], kind: str, name: str, otherwise: str = "") -> HttpResponseBase:
    """A download, block by block; 503 when too many are under way: a thread of the site serves each. `otherwise` says what to do then."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return HttpResponse(content_type=kind, headers=headers)
    held = in_turn(blocks)
    if held is None:
        busy = problem(503, _("Too many downloads at once"), otherwise or _("Come back in a minute, or take the files of the day."))
        busy["Retry-After"] = "60"
        return busy
    return StreamingHttpResponse(held, content_type=kind, headers=headers)
