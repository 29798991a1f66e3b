"""How the API knows a system: each request is signed with its key; no password travels, and none is kept here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.security import APIKeyHeader

from accounts.models import ApiClient
from accounts.services import client_of_signature
from accounts.signed_requests import Received, Unsigned
from extractions.exchange.answers import LacksScope, error_answers, problem

#: What is wrong with a signature; a key that nobody knows and a signature that does not fit are told alike.
WRONG: dict[str, Any] = {
    "missing": gettext_lazy("The request is not signed: Signature-Input and Signature are needed."),
    "covered": gettext_lazy("The signature does not cover what it must."),
    "parameters": gettext_lazy("The parameters of the signature are not as they must be."),
    "stale": gettext_lazy("The signature is too old, from the future, or meant to last too long: ten minutes at most."),
    "digest": gettext_lazy("Content-Digest is missing, or is not that of the body."),
    "unknown": gettext_lazy("The key is unknown, not verified or revoked, or the signature is false."),
    "replayed": gettext_lazy("This signed request was seen before. Sign it anew."),
}


class Signature(APIKeyHeader):
    """HTTP Message Signatures (RFC 9421), Ed25519, with a key that an agent of the body registered and an administrator verified."""

    param_name = "Signature"

    def __call__(self, request: HttpRequest) -> ApiClient:
        """The system whose key signed the request. Raises Unsigned."""
        return client_of_signature(received(request), at=timezone.now())

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiClient:
        """The same: what is signed is the whole request, not one header."""
        return self(request)


def received(request: HttpRequest) -> Received:
    """The request as it was signed."""
    return Received(
        method=str(request.method),
        authority=request.get_host().lower(),
        path=request.META.get("RAW_PATH") or request.path,
        query="?" + request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )


def give_answers(api: NinjaAPI) -> None:
    """Give the API its answer to everything that can go wrong: those of the API of tickets, and its own."""
    error_answers(api)
    for kind, answer in _OWN.items():
        api.add_exception_handler(kind, answer)


def _unsigned(_request: HttpRequest, error: Exception) -> HttpResponseBase:
    code = str(error) if isinstance(error, Unsigned) else "missing"
    response = problem(401, _("This needs a signature"), str(WRONG.get(code, WRONG["missing"])))
    response["WWW-Authenticate"] = 'Signature realm="rights"'
    return response


def _lacks_scope(_request: HttpRequest, error: Exception) -> HttpResponseBase:
    return problem(403, _("You may not do this"), _("The system was not given the right %(scope)s.") % {"scope": error})


_OWN: dict[type[Exception], Any] = {
    AuthenticationError: _unsigned,
    Unsigned: _unsigned,
    LacksScope: _lacks_scope,
}
