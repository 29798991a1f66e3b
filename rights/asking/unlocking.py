"""What FranceConnect locks for this site (JWE): the public keys that it fetches here, and its signed words once they are unlocked."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.views.decorators.debug import sensitive_variables
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from rights import secret_keys

#: How a key is agreed on, and how words are locked with it; nothing else, compression among the rest.
ALGORITHMS = ("ECDH-ES", "RSA-OAEP", "RSA-OAEP-256", "A256GCM")
#: A provider may name itself in the header too, where it says nothing that counts: what counts is signed inside.
REGISTRY = jwe.JWERegistry(algorithms=ALGORITHMS, strict_check_header=False)
PARTS_OF_LOCKED = 5
PEM = re.compile(rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.+?-----END \1PRIVATE KEY-----", re.DOTALL)


class NotUnlocked(ValueError):
    """Not locked for this site, or in another way than those that it takes."""


def public_keys() -> dict[str, Any] | None:
    """The set of public keys (JWKS) for which the provider may lock; None where `make_keys` was not run since there are such keys."""
    try:
        return dict(_keys_in(secret_keys.provider_keys()).as_dict(private=False))
    except secret_keys.NoSecrets:
        return None


@sensitive_variables()
def unlocked(token: str) -> str:
    """The signed words inside; words that were not locked, as they are. Raises NotUnlocked."""
    if token.count(".") != PARTS_OF_LOCKED - 1:
        return token
    try:
        keys = _keys_in(secret_keys.provider_keys())
        held = jwe.decrypt_compact(token, lambda one: _meant(one.headers(), keys), registry=REGISTRY).plaintext
        return (held or b"").decode("ascii")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, AssertionError, secret_keys.NoSecrets):
        raise NotUnlocked from None  # what broke in there may hold words of the person


def _meant(header: Mapping[str, Any], keys: KeySet) -> Key:
    """The key that a header names, or the first one of its kind. Raises ValueError."""
    kind = "EC" if header["alg"] == "ECDH-ES" else "RSA"
    for one in keys.keys:
        if one.key_type == kind and header.get("kid") in (None, one.kid):
            return one
    raise ValueError(kind)


@functools.lru_cache(maxsize=2)
def _keys_in(pem: bytes) -> KeySet:
    found: list[Key] = []
    for one in PEM.finditer(pem):
        kind = RSAKey if isinstance(load_pem_private_key(one[0], None), RSAPrivateKey) else ECKey
        found.append(kind.import_key(one[0], {"use": "enc"}))
    for key in found:
        key.ensure_kid()
    return KeySet(found)
