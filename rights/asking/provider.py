"""A provider of identities by OpenID Connect, as FranceConnect is: code flow with PKCE, and every word of it signed or not believed."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3.exceptions import HTTPError

from rights.asking import unlocking
from rights.entitlements.states import Evidence
from workflow.refusals import Broken, RuleBroken

#: Seconds for one answer, in all; its largest size; for how long the addresses of the provider are known.
SECONDS, MOST_BYTES, KNOWN_FOR = 8, 64 * 1024, 600
#: People for whom one process of the site asks the provider at a time: half of its threads, so that a slow provider holds no other page.
AT_ONCE = 2
ALGORITHMS = ["RS256", "ES256"]
#: What two clocks may differ by.
APART = timedelta(minutes=2)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
WAY_OUT = "end_session_endpoint"
#: What an id_token says of a sign-in and of nobody. One that says more does not travel in a page, and none that is longer than an address.
OF_NOBODY = frozenset(
    {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "sid", "azp", "nonce", "acr", "amr", "auth_time", "at_hash", "c_hash", "s_hash"}
)
LONGEST_HINT = 3_000

_DOWN = _("FranceConnect does not answer at the moment. Try again in a few minutes, or go on without it.")
_BUSY = _("Many people come back from FranceConnect just now. Nothing is lost: try again in a few seconds, or go on without it.")
_NOT_SIGNED = _("What FranceConnect answered is not signed as it should be. Nothing was kept: try again.")
_REFUSED = _("FranceConnect has not confirmed who you are. Try again, or go on without it.")
_TOO_LOW = _("The account that you used is not sure enough for this request. Try again with another one.")
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Vouched:
    """What the provider says: how far it vouches, its own signed words on the person, and what signs the person out there."""

    level: str
    userinfo: str = field(repr=False)
    hint: str = field(default="", repr=False)


def is_offered() -> bool:
    """Has the operator of the site named a provider?"""
    return bool(settings.RIGHTS_OIDC_ISSUER and settings.RIGHTS_OIDC_CLIENT_ID)


def origin() -> str:
    """Where its page is: browsers let our form lead there, and nowhere else."""
    return origin_of(settings.RIGHTS_OIDC_ISSUER)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def address(*, state: str, nonce: str, verifier: str, level: str, back: str) -> str:
    """Where the person is sent, to say who they are at this level. Raises RuleBroken."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    told = {"response_type": "code", "client_id": settings.RIGHTS_OIDC_CLIENT_ID, "redirect_uri": back}
    told |= {"scope": " ".join(settings.RIGHTS_OIDC_SCOPES), "acr_values": " ".join(_words_for(level)), "state": state, "nonce": nonce}
    told |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    with _turn():
        where = _known()["authorization_endpoint"]
    return f"{where}{'&' if urlsplit(where).query else '?'}{urlencode(told)}"


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few places of this process at the provider; nobody waits for one, who would hold a thread too. Raises RuleBroken."""
    if not _turns.acquire(blocking=False):
        raise RuleBroken(Broken(_BUSY))
    try:
        yield
    finally:
        _turns.release()


@sensitive_variables()
def vouched(code: str, *, nonce: str, verifier: str, level: str, back: str, at: datetime) -> Vouched:
    """What the provider says for the code that the person brought back, at this level or above. Raises RuleBroken."""
    client = {"client_id": settings.RIGHTS_OIDC_CLIENT_ID, "client_secret": settings.RIGHTS_OIDC_CLIENT_SECRET}
    told = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier, **client}
    with _turn():
        known = _known()
        tokens = _json(_asked("POST", known["token_endpoint"], data=told)[1])
        keys = _keys(known["jwks_uri"])
        token = _unlocked(str(tokens.get("id_token", "")))
        claims = _claims(token, keys)
        _require_fresh(claims, nonce, at)
        reached = _level_of(str(claims.get("acr", "")))
        if reached < level:
            raise RuleBroken(Broken(_TOO_LOW))
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}", "Accept": "application/jwt"}
        kind, said = _asked("GET", known["userinfo_endpoint"], headers=bearer)
    userinfo = _unlocked(said.decode("ascii", "replace").strip())
    if kind != "application/jwt" or _claims(userinfo, keys).get("sub") != claims["sub"]:
        raise RuleBroken(Broken(_NOT_SIGNED))
    can_leave = known.get(WAY_OUT) and claims.keys() <= OF_NOBODY and len(token) <= LONGEST_HINT
    return Vouched(reached, userinfo, token if can_leave else "")


@sensitive_variables("hint")
def way_out(hint: str, *, state: str, back: str) -> str:
    """Where the person signs out of the provider, which then leads back here. Raises RuleBroken."""
    with _turn():
        where = _known().get(WAY_OUT)
    if not where:
        raise RuleBroken(Broken(_DOWN))
    told = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": state}
    return f"{where}{'&' if urlsplit(where).query else '?'}{urlencode(told)}"


@sensitive_variables()
def _unlocked(token: str) -> str:
    """The signed words in a token that may have been locked for this site. Raises RuleBroken."""
    try:
        return unlocking.unlocked(token)
    except unlocking.NotUnlocked:
        raise RuleBroken(Broken(_NOT_SIGNED)) from None


def _require_fresh(claims: dict[str, Any], nonce: str, at: datetime) -> None:
    """Made for this form, and now. Raises RuleBroken."""
    moments = claims.get("exp"), claims.get("iat")
    if not all(isinstance(one, int | float) for one in moments) or claims.get("nonce") != nonce or not claims.get("sub"):
        raise RuleBroken(Broken(_NOT_SIGNED))
    ends, made = cast("tuple[float, float]", moments)
    if ends < (at - APART).timestamp() or made > (at + APART).timestamp():
        raise RuleBroken(Broken(_NOT_SIGNED))


@sensitive_variables()
def _claims(token: str, keys: KeySet) -> dict[str, Any]:
    """What a token says, once its signature, its issuer and its audience are those that they should be. Raises RuleBroken."""
    try:
        claims = dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise RuleBroken(Broken(_NOT_SIGNED)) from None
    meant = claims.get("aud")
    audience = meant if isinstance(meant, list) else [meant]
    if claims.get("iss") != settings.RIGHTS_OIDC_ISSUER or audience != [settings.RIGHTS_OIDC_CLIENT_ID]:
        raise RuleBroken(Broken(_NOT_SIGNED))
    return claims


def _level_of(acr: str) -> str:
    """N3 or N4, from the provider's own word for it; nothing for another word."""
    if acr in settings.RIGHTS_OIDC_ACR_N4:
        return Evidence.STRONG.value
    return Evidence.SIGNED_IN.value if acr in settings.RIGHTS_OIDC_ACR_N3 else ""


def _words_for(level: str) -> Collection[str]:
    return settings.RIGHTS_OIDC_ACR_N4 if level == Evidence.STRONG else settings.RIGHTS_OIDC_ACR_N3


def _known() -> dict[str, str]:
    """The provider's addresses, as it publishes them. Raises RuleBroken."""
    issuer = settings.RIGHTS_OIDC_ISSUER
    key = "rights.oidc." + hashlib.sha256(issuer.encode()).hexdigest()
    held: dict[str, str] | None = cache.get(key)
    if held is not None:
        return held
    said = _json(_asked("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")[1])
    found = {name: str(said.get(name, "")) for name in ENDPOINTS}
    if said.get("issuer") != issuer or not all(_is_safe(one) for one in found.values()) or origin_of(found[ENDPOINTS[0]]) != origin():
        raise RuleBroken(Broken(_DOWN))
    leads_out = str(said.get(WAY_OUT, ""))
    found[WAY_OUT] = leads_out if _is_safe(leads_out) and origin_of(leads_out) == origin() else ""
    cache.set(key, found, KNOWN_FOR)
    return found


def _keys(where: str) -> KeySet:
    """The public keys with which the provider signs. Raises RuleBroken."""
    said = _json(_asked("GET", where)[1]).get("keys")
    held = [one for one in said if one.get("kty") in ("RSA", "EC") and one.get("use") != "enc"] if isinstance(said, list) else []
    try:
        return KeySet.import_key_set({"keys": held})
    except (JoseError, ValueError, TypeError, KeyError):
        raise RuleBroken(Broken(_DOWN)) from None


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RuleBroken(Broken(_DOWN))
    return found


def _is_safe(url: str) -> bool:
    """HTTPS; without it on this machine only."""
    parts = urlsplit(url)
    return (parts.scheme == "https" and bool(parts.hostname)) or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@sensitive_variables()
def _asked(verb: str, url: str, **told: Any) -> tuple[str, bytes]:
    """The type of an answer, and its bytes; none that comes slowly, is too long, or sends elsewhere. Raises RuleBroken."""
    headers = {"Accept-Encoding": "identity", **told.pop("headers", {})}
    body, until = b"", time.monotonic() + SECONDS
    try:
        if not _is_safe(url):
            raise OSError
        with requests.request(verb, url, headers=headers, timeout=SECONDS / 2, allow_redirects=False, stream=True, **told) as answer:
            while piece := answer.raw.read1(MOST_BYTES):
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() > until:
                    raise OSError
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    except (requests.RequestException, HTTPError, OSError):
        raise RuleBroken(Broken(_DOWN)) from None
    if answer.status_code != requests.codes.ok:
        raise RuleBroken(Broken(_DOWN if answer.status_code >= 500 else _REFUSED))
    return kind, body
