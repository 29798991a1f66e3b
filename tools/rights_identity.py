#!/usr/bin/env python3
"""Qui demande, selon FranceConnect : ouvrir ce qui accompagne une enveloppe, et vérifier la signature. `rights_desk.py` est à côté.

    python rights_identity.py DRO-2026-00001.json --key cle-2026.key.pem --issuer-keys jwks.json --issuer ADRESSE --into demandes

`jwks.json` est le jeu de clés publiques du fournisseur, pris à l'adresse `jwks_uri` de sa configuration. Rien ne part sur le réseau.
`ADRESSE` est le nom du fournisseur (`issuer`). La preuve signée est écrite dans le dossier de la demande : `identite.jwt`.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
IDENTITY, LENGTH = "guichet/rights/identity/1", 4
#: What is not about the person.
TECHNICAL = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti", "sub"})


class Refused(Exception):
    """What is wrong, in words for the agent."""


def attested(envelope: dict[str, Any], private: ec.EllipticCurvePrivateKey, own: str) -> dict[str, Any]:
    """What the window sealed beside the envelope: the provider, the level, and the provider's own signed words. Raises Refused."""
    info = "|".join([IDENTITY, envelope["database"], own]).encode()
    try:
        content = SUITE.decrypt(base64.b64decode(envelope["attestation"]["sealed"]), private, info=info)
        return cast("dict[str, Any]", json.loads(content[LENGTH : LENGTH + int.from_bytes(content[:LENGTH], "big")]))
    except (InvalidTag, ValueError):
        raise Refused("l'identité jointe ne s'ouvre pas : elle a été faite pour une autre base ou une autre clé") from None


def verified(told: dict[str, Any], form: str, keys: dict[str, Any], issuer: str) -> dict[str, Any]:
    """What the provider says of the person, once its signature holds and it goes with this request. Raises Refused."""
    if told["form"] != form:
        raise Refused("l'identité jointe vient d'une autre demande")
    head, body, signature = str(told["userinfo"]).split(".")
    header, claims = json.loads(_bytes(head)), json.loads(_bytes(body))
    held = [one for one in keys["keys"] if one.get("kid") == header.get("kid") or "kid" not in header]
    if not any(_holds(one, header.get("alg"), f"{head}.{body}".encode(), _bytes(signature)) for one in held):
        raise Refused("la signature du fournisseur d'identité est fausse, ou d'une clé absente de ce fichier")
    if claims.get("iss") != issuer or told["issuer"] != issuer:
        raise Refused(f"l'identité vient de {claims.get('iss')}, et non de {issuer}")
    return cast("dict[str, Any]", claims)


def lines(claims: dict[str, Any], level: str) -> Iterator[str]:
    """What was verified, for reading beside what the person has typed."""
    made = claims.get("iat")
    when = f", le {time.strftime('%d/%m/%Y à %H:%M', time.gmtime(made))} (UTC)" if isinstance(made, int) else ""
    yield f"Identité VÉRIFIÉE (signature de {claims['iss']}, niveau {level} selon le guichet{when}) :"
    yield from (f"  {name} : {value}" for name, value in claims.items() if name not in TECHNICAL)
    yield "Comparez avec l'identité écrite par la personne : ce sont deux sources."


def _holds(key: dict[str, Any], algorithm: str | None, text: bytes, signature: bytes) -> bool:
    try:
        if (key.get("kty"), algorithm) == ("RSA", "RS256"):
            numbers = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"]))
            numbers.public_key().verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
            return True
        if (key.get("kty"), key.get("crv"), algorithm, len(signature)) == ("EC", "P-256", "ES256", 64):
            point = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1()).public_key()
            pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            point.verify(pair, text, ec.ECDSA(hashes.SHA256()))
            return True
    except (InvalidSignature, ValueError, KeyError):
        pass
    return False


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _desk() -> Any:
    """The tool beside this file: keys, files and words."""
    spec = importlib.util.spec_from_file_location("rights_desk", Path(__file__).with_name("rights_desk.py"))
    assert spec is not None and spec.loader is not None
    desk = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(desk)
    return desk


def show(told: argparse.Namespace, desk: Any) -> None:
    """Open, verify, write the signed proof, and say who it is. Raises Refused."""
    envelope = desk._json(told.envelope)
    if not envelope.get("attestation"):
        raise Refused("cette demande est venue sans identité confirmée")
    private = desk.read_key(told.key, lambda: desk._ask(told.passphrase_file))
    found = attested(envelope, private, desk.fingerprint(desk.raw_of(private.public_key())))
    claims = verified(found, desk.opened(envelope, private).get("form", ""), desk._json(told.issuer_keys), told.issuer)
    folder = told.into / re.sub(r"[^\w-]", "_", envelope["number"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    desk._write(folder / "identite.jwt", found["userinfo"].encode())
    for line in [*lines(claims, found["level"]), f"Écrit dans {folder}"]:
        desk._say(line)


def main(words: list[str] | None = None) -> int:
    """Run; the answer is what the shell is told."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("envelope", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--issuer-keys", type=Path, required=True, help="jeu de clés publiques du fournisseur (JWKS)")
    parser.add_argument("--issuer", required=True, help="nom du fournisseur : une adresse https")
    parser.add_argument("--into", type=Path, default=Path())
    parser.add_argument("--passphrase-file", type=Path)
    told, desk = parser.parse_args(words), _desk()
    try:
        show(told, desk)
    except (Refused, desk.Stop, LookupError, TypeError, ValueError) as refused:
        known = isinstance(refused, Refused | desk.Stop)
        sys.stderr.write(f"{refused if known else 'ce fichier n’est pas un fichier du guichet'}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
