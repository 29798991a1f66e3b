"""How the API knows a system, how it answers, and how it says that something is wrong: problem documents, whatever it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle
from psycopg.errors import DeadlockDetected, LockNotAvailable

from accounts.models import ApiClient
from accounts.services import client_of_token
from extractions.exchange import services
from extractions.exchange.once import Changed, KeyReused, NotFound, Told
from extractions.exchange.queries import BadCursor, UnknownParameter
from workflow.refusals import Refusal

MINUTE = 60
REALM = 'Bearer realm="tickets"'


class LacksScope(Exception):
    """The token was not given the right that this needs."""


class Bearer(HttpBearer):
    """A token, made by an administrator of the site for one system of one body; it is sent with each request, and no cookie is read."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiClient | None:
        """The system whose token it is."""
        return client_of_token(token, at=timezone.now())


class Minute(BaseThrottle):
    """So many requests of one system in a minute."""

    def allow_request(self, request: HttpRequest) -> bool:
        """May this one pass?"""
        client = getattr(request, "auth", None)
        return client is None or services.in_pace(client, int(time.time() // MINUTE))

    def wait(self) -> float:
        """In how many seconds the next minute begins."""
        return MINUTE - time.time() % MINUTE


def answered(document: dict[str, Any], etag: str = "") -> HttpResponseBase:
    """A document; no store on the way keeps it."""
    return _sealed(JsonResponse(document, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False}), etag)


def written(told: Told) -> HttpResponseBase:
    """What a request that changed something is answered, byte by byte the same when it is sent again."""
    response = _sealed(HttpResponse(told.body, content_type="application/json"), told.etag)
    if told.again:
        response["Idempotent-Replayed"] = "true"
    return response


def problem(status: int, title: str, detail: str = "", errors: Iterable[dict[str, str]] = ()) -> JsonResponse:
    """What went wrong, for a program (RFC 9457)."""
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "errors": list(errors)}
    told |= {"detail": detail} if detail else {}
    return JsonResponse(told, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})


def _sealed(response: HttpResponse, etag: str) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if etag:
        response["ETag"] = etag
    return response


def as_problem(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the API that says in its own shape that a method is not for it; it reads no session."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        wrong = problem(405, _("This address is asked in another way"))
        wrong["Allow"] = response.headers.get("Allow", "")
        return wrong

    answer.knows_nobody = True  # type: ignore[attr-defined]
    return answer


def error_answers(api: NinjaAPI) -> None:
    """Give the API its answer to everything that can go wrong."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)


def _unknown(_request: HttpRequest, _error: Exception) -> HttpResponseBase:
    response = problem(401, _("This needs a token"), _("The token is missing or unknown, has expired or was revoked."))
    response["WWW-Authenticate"] = REALM
    return response


def _lacks_scope(_request: HttpRequest, error: Exception) -> HttpResponseBase:
    detail = _("The system was not given the right %(scope)s.") % {"scope": error}
    response = problem(403, _("You may not do this"), detail)
    response["WWW-Authenticate"] = f'{REALM}, error="insufficient_scope", scope="{error}"'
    return response


def _absent(_request: HttpRequest, _error: Exception) -> HttpResponseBase:
    return problem(404, _("Not found"))


def _refused(_request: HttpRequest, error: Any) -> HttpResponseBase:
    said = [{"message": str(one.sentence), "where": one.where, "law": one.law} for one in error.broken]
    return problem(error.status, str(error.title), errors=said)


def _invalid(_request: HttpRequest, error: Any) -> HttpResponseBase:
    faults = [{"where": ".".join(str(part) for part in fault["loc"]), "message": str(fault["msg"])} for fault in error.errors]
    return problem(422, _("Request not understood"), errors=faults)


def _bad_cursor(_request: HttpRequest, _error: Exception) -> HttpResponseBase:
    return problem(422, _("Request not understood"), _("This cursor was not given by us."))


def _unknown_parameter(_request: HttpRequest, error: Exception) -> HttpResponseBase:
    return problem(422, _("Request not understood"), _("There is no parameter: %(names)s") % {"names": error})


def _unreadable(_request: HttpRequest, error: Any) -> HttpResponseBase:
    return problem(error.status_code, _("Request not understood"), _("The body is not JSON."))


def _too_large(_request: HttpRequest, _error: Exception) -> HttpResponseBase:
    return problem(413, _("Request not understood"), _("The body is too large."))


def _too_many(_request: HttpRequest, error: Any) -> HttpResponseBase:
    response = problem(429, _("Too many requests"))
    response["Retry-After"] = str(int(error.wait or MINUTE) + 1)
    return response


def _key_reused(_request: HttpRequest, _error: Exception) -> HttpResponseBase:
    return problem(422, _("Request not understood"), _("This Idempotency-Key was used for another request."))


def _changed(_request: HttpRequest, _error: Exception) -> HttpResponseBase:
    return problem(412, _("This has changed meanwhile"), _("Read it again, then decide anew."))


def _under_way(_request: HttpRequest, error: Exception) -> HttpResponseBase:
    """Somebody holds the row, perhaps the same request: it may be sent again in a moment. Any other fault of the database is one."""
    if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
        raise error
    response = problem(409, _("This has changed meanwhile"), _("Another request is under way: send this one again in a moment."))
    response["Retry-After"] = "5"
    return response


_ANSWERS: dict[type[Exception], Any] = {
    AuthenticationError: _unknown,
    LacksScope: _lacks_scope,
    Http404: _absent,
    NotFound: _absent,
    Refusal: _refused,
    ValidationError: _invalid,
    BadCursor: _bad_cursor,
    UnknownParameter: _unknown_parameter,
    HttpError: _unreadable,
    RequestDataTooBig: _too_large,
    Throttled: _too_many,
    KeyReused: _key_reused,
    Changed: _changed,
    OperationalError: _under_way,
}
