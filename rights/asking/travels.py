"""The way to FranceConnect and back: the choices of the form travel locked in a cookie of ten minutes, and nothing that was typed."""

from __future__ import annotations

import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from rights import secret_keys
from rights.asking.drafts import Draft

COOKIE, USE = "guichet_way", "rights.asking.travels"
GOOD_FOR = timedelta(minutes=10)
#: What every browser keeps of a cookie.
LARGEST = 3_900


class TooManyChoices(ValueError):
    """More choices than a cookie holds."""


@dataclass(frozen=True)
class Travel:
    """One way there and back."""

    chosen: list[tuple[str, str]]
    state: str
    nonce: str
    verifier: str

    @property
    def posted(self) -> QueryDict:
        """The answers of the form, as its page had sent them."""
        found = QueryDict(mutable=True)
        for name, value in self.chosen:
            found.appendlist(name, value)
        return found


def begun(draft: Draft) -> Travel:
    """A fresh one for this form."""
    return Travel([*draft.chosen(), ("ticket", draft.ticket)], *(secrets.token_urlsafe(32) for _ in range(3)))


def lock(travel: Travel, answer: HttpResponse, at: datetime) -> HttpResponse:
    """Put it into the browser. Raises TooManyChoices."""
    text = json.dumps([at.timestamp(), travel.chosen, travel.state, travel.nonce, travel.verifier])
    locked = secret_keys.box(USE).encrypt(zlib.compress(text.encode(), 9)).decode()
    if len(locked) > LARGEST:
        raise TooManyChoices
    told: dict[str, Any] = {"max_age": GOOD_FOR, "path": reverse("asking:form"), "httponly": True, "samesite": "Lax"}
    answer.set_cookie(COOKIE, locked, secure=settings.SESSION_COOKIE_SECURE, **told)
    return answer


def unlock(request: HttpRequest, at: datetime) -> Travel | None:
    """What the browser brings back; None when it has nothing, or something old."""
    locked = request.COOKIES.get(COOKIE)
    if not locked:
        return None
    try:
        begun_at, chosen, *rest = json.loads(zlib.decompress(secret_keys.box(USE).decrypt(locked)))
    except (InvalidToken, zlib.error, ValueError):
        return None
    if at - datetime.fromtimestamp(begun_at, UTC) > GOOD_FOR:
        return None
    return Travel([(name, value) for name, value in chosen], *rest)


def forget(answer: HttpResponse) -> HttpResponse:
    """It serves once."""
    answer.delete_cookie(COOKIE, path=reverse("asking:form"), samesite="Lax")
    return answer
