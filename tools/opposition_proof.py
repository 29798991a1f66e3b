#!/usr/bin/env python3
"""Checks the proof of an opposition, alone, away from the site: Python 3.9 or newer and « cryptography ».

    python opposition_proof.py preuve.json                 le code de suivi est demandé ; il ne quitte pas votre machine
    python opposition_proof.py preuve.json versions.json   compare aussi avec la liste publique des versions de la base

Ce que dit la preuve : la feuille que donne votre code figure dans chaque version du jeu d'opposition depuis la première ; chaque version et
chaque livraison sont signées ; chaque livraison a été faite avec l'une de ces versions.
"""

import base64
import getpass
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROUNDS = 20_000
SPACING = str.maketrans("", "", " -\t\u00a0\u202f\u2010\u2011\u2013.")
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Wrong(ValueError):
    """What does not hold in a proof."""


def leaf_of(code: str, database: str) -> bytes:
    """The leaf that belongs to a tracking code."""
    typed = code.strip().upper().translate(SPACING).translate(ALIKE)
    secret = hashlib.pbkdf2_hmac("sha256", typed.encode("ascii"), b"guichet/oppositions/1", ROUNDS)
    return hashlib.sha256(secret + b"|" + database.encode()).digest()


def root_from(leaf: bytes, index: int, path: list[str]) -> str:
    """The root of a complete tree to which a path leads."""
    found = hashlib.sha256(b"\0" + leaf).digest()
    for step in path:
        other = bytes.fromhex(step)
        found = hashlib.sha256(b"\1" + (other + found if index & 1 else found + other)).digest()
        index >>= 1
    if index:
        raise Wrong("le chemin est trop court")
    return found.hex()


def require_signed(one: dict) -> dict:
    """What a document says, if its signature holds and its key is the one that it names."""
    said = one["signed"]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    raw = bytes.fromhex(one["public_key"])
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(one["signature"]), said["format"].encode() + b"\n" + text)
    except (ValueError, InvalidSignature):
        raise Wrong("une signature ne tient pas") from None
    if hashlib.sha256(raw).hexdigest() != said["key"]:
        raise Wrong("un document nomme une autre clé que la sienne")
    return said


def verified(proof: dict, code: str, published: "dict | None" = None) -> str:
    """What a proof shows to whoever has the code. Raises Wrong with what does not hold."""
    leaf, versions = leaf_of(code, proof["database"]), {}
    public = {canonical(one["signed"]) for one in published["versions"]} if published else None
    before = None
    for one in proof["versions"]:
        said = require_signed(one)
        if said["format"] != "guichet/opposition-set/1" or said["database"] != proof["database"]:
            raise Wrong("une version est celle d'une autre base")
        if 1 << len(one["path"]) != said["receipts_size"] or root_from(leaf, one["index"], one["path"]) != said["receipts_root"]:
            raise Wrong(f"la version {said['version']} ne contient pas la feuille de ce code")
        if before and (said["version"], said["previous_root"]) != (before["version"] + 1, before["root"]):
            raise Wrong(f"la version {said['version']} ne fait pas suite à la précédente")
        if public is not None and canonical(said) not in public:
            raise Wrong(f"la version {said['version']} n'est pas celle qui est publiée")
        versions[said["version"]] = before = said
    if not versions:
        raise Wrong("la preuve ne contient aucune version")
    excluded = sum(is_excluded(one, versions, proof) for one in proof["deliveries"])
    first = versions[min(versions)]
    told = f"En vigueur depuis la version {first['version']} ({first['effective_at'][:10]}), présente dans {len(versions)} version(s)."
    total = len(proof["deliveries"]) + proof["without_attestation"]
    return f"{told} Livraisons depuis : {total} ; {excluded} vous ont écarté(e) ; {proof['without_attestation']} sans attestation."


def is_excluded(one: dict, versions: dict, proof: dict) -> bool:
    """Was a delivery made with one of these versions, by its root?"""
    said = require_signed(one)
    applied = versions.get(said["version"])
    if said["format"] != "guichet/delivery-attestation/1" or said["database"] != proof["database"]:
        raise Wrong("une attestation porte sur une autre base")
    if applied is None:
        return False
    if said["root"] != applied["root"]:
        raise Wrong(f"la livraison {said['extraction']} nomme une autre racine que la version {said['version']}")
    return not proof["study"] or said["study"] == proof["study"]


def canonical(document: dict) -> str:
    """A document in the form in which it is signed."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Ask for the code, and say what holds."""
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    try:
        files = [json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:]]
    except OSError as refused:
        raise SystemExit(f"{refused.filename} : introuvable, ou ne se lit pas.") from None
    except ValueError:
        raise SystemExit("Ce fichier n'est pas une preuve : téléchargez-la de nouveau sur la page de votre demande.") from None
    try:
        print(verified(files[0], getpass.getpass("Code de suivi : "), *files[1:]))
    except (Wrong, KeyError, TypeError, UnicodeError) as error:
        raise SystemExit(f"La preuve ne tient pas : {error}.") from None


if __name__ == "__main__":
    main()
