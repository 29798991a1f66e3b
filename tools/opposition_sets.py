"""Documents and sets of the tool of the controllers: keys, signatures, the next version of a set. Stands beside its other files."""

import argparse
import base64
import csv
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

try:
    from tools.opposition_filter import KINDS, WIDTH, Tokens, receipts_root, root_of
except ImportError:  # run as a script, beside its other files
    from opposition_filter import KINDS, WIDTH, Tokens, receipts_root, root_of  # type: ignore[import-not-found, no-redef]

SET, ATTESTATION, RECHECK = "guichet/opposition-set/1", "guichet/delivery-attestation/1", "guichet/delivery-recheck/1"
RECEIPTS = "guichet/opposition-receipts/1"
TOKEN_KEY, SIGNING_KEY = "jetons.key", "signature.pem"
FILES = ("opposition_filter.py", "opposition_sets.py", "opposition_tokens.py")


class Stop(SystemExit):
    """The work stops here, and nothing of it is kept. No identifier is ever quoted."""


# --- documents ---
def canonical(document: Any) -> bytes:
    """The bytes of a document that are hashed and signed."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def signed(document: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """A document with its signature; what is signed begins with its format."""
    said = {**document, "key": fingerprint(key), "tool_sha256": tool_sha256()}
    return {"signed": said, "signature": base64.b64encode(key.sign(said["format"].encode() + b"\n" + canonical(said))).decode()}


def tool_sha256() -> str:
    """The hash of the tool itself, all its files after one another."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in FILES)).hexdigest()


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half of a signing key, in hexadecimal: what is registered on the site."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def fingerprint(key: Ed25519PrivateKey) -> str:
    """The fingerprint of a signing key."""
    return hashlib.sha256(bytes.fromhex(public_of(key))).hexdigest()


def now() -> str:
    """This moment, as documents write it."""
    return datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def rounded(count: int) -> int:
    """A number of lines as it may be told: two significant digits, and never finer than a hundred."""
    step = max(100, 10 ** max(0, len(str(count)) - 2))
    return (count + step // 2) // step * step


class Keys(NamedTuple):
    """The two secrets of a controller."""

    tokens: bytes
    signing: Ed25519PrivateKey

    @property
    def check(self) -> str:
        """What tells whether a set was made under this key, and nothing else."""
        return hmac.new(self.tokens, b"guichet/tokens/check", hashlib.sha256).hexdigest()[:16]


def keys_of(folder: str) -> Keys:
    """The secrets of a folder that `cle` has made."""
    try:
        signing = load_pem_private_key((Path(folder) / SIGNING_KEY).read_bytes(), password=None)
        tokens = (Path(folder) / TOKEN_KEY).read_bytes()
    except OSError:
        raise Stop(f"Aucune clé dans {folder} : lancez d'abord « cle ».") from None
    if not isinstance(signing, Ed25519PrivateKey) or len(tokens) != 32:
        raise Stop("Ces clés ne sont pas celles que fait « cle ».")
    return Keys(tokens, signing)


class Set(NamedTuple):
    """A version of a set as its controller keeps it: what was signed, the tokens, and which references stand for each."""

    signed: dict[str, Any]
    studies: list[str]
    tokens: bytes
    references: dict[str, bytes]

    def each(self) -> Iterator[bytes]:
        """The tokens, in their order."""
        return (self.tokens[at : at + WIDTH] for at in range(0, len(self.tokens), WIDTH))


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; an existing one stays."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Stop(f"{path} existe déjà : rien n'a été écrit.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def read_set(path: str, check: str = "") -> Set:
    """A set from its file, its root worked out anew. Stops when it is not what was signed, or made under another key."""
    blob = Path(path).read_bytes()
    head, _, tokens = blob.partition(b"\n")
    kept = json.loads(head)
    beside = Path(path).with_suffix(".references.csv")
    lines = (line.rpartition(";") for line in beside.read_text("utf-8").splitlines()) if beside.exists() else ()
    found = Set(kept["signed"], kept["studies"], tokens, {reference: bytes.fromhex(token) for reference, _semi, token in lines})
    if found.signed["format"] != SET or root_of(found.each()) != found.signed["root"]:
        raise Stop(f"{path} n'est pas le jeu qui a été signé : sa racine diffère.")
    if check and found.signed["token_key"] != check:
        raise Stop(f"{path} a été fait avec une autre clé de jetons : filtrer avec celle-ci n'écarterait personne.")
    return found


# --- the set of a new version ---
def _rows(path: str | None, *columns: str) -> Iterator[list[str]]:
    if path is None:
        return
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        if next(rows, []) != list(columns):
            raise Stop(f"{path} : la première ligne doit être « {';'.join(columns)} », dans cet ordre et rien d'autre.")
        for number, row in enumerate(rows, 2):
            if len(row) != len(columns):
                raise Stop(f"{path}, ligne {number} : {len(columns)} colonnes attendues.")
            yield [cell.strip() for cell in row]


def _require_same(what: str, told: set[str], asked: set[str]) -> None:
    if told != asked:
        lacking, more = (", ".join(sorted(one)) or "aucune" for one in (asked - told, told - asked))
        raise Stop(f"{what} : manquent {lacking} ; en trop : {more}.")


def build(keys: Keys, told: argparse.Namespace) -> tuple[Set, dict[str, Any]]:
    """The next version of a set and its signed manifest; whoever leaves it does so by a withdrawal that is named."""
    receipts = json.loads(Path(told.recepisses).read_bytes())
    before = read_set(told.avant, keys.check) if told.avant else None
    if receipts["format"] != RECEIPTS or receipts["previous_root"] != (before.signed["root"] if before else ""):
        raise Stop("Ce fichier de récépissés ne fait pas suite à ce jeu : téléchargez-le de nouveau, ou donnez le dernier jeu publié.")
    if before is not None and set(before.references.values()) != set(before.each()):
        raise Stop("Les références gardées à côté du dernier jeu ne sont pas les siennes : rien ne doit en disparaître sans retrait.")
    references, studies = dict(before.references) if before else {}, set(before.studies) if before else set()
    held = {one["number"]: one for one in receipts["in_force"]}
    added: set[str] = set()
    for identifier, reference, study in _rows(told.ajouts, "identifiant", "reference", "etude"):
        name = KINDS[told.nature](identifier.encode())
        if not name or not reference or ";" in reference or reference in references:
            raise Stop(f"Ajout {reference or 'sans référence'} : identifiant vide ou mal formé, ou référence déjà connue.")
        if reference in held and held[reference]["study"] != study:
            raise Stop(f"Ajout {reference} : l'étude n'est pas celle de la demande.")
        references[reference] = Tokens(keys.tokens, receipts["database"], study).of(name)
        studies |= {study} - {""}
        added.add(reference)
    gone = dict(_rows(told.retraits, "reference", "retrait"))
    if any(reference not in references or not paper for reference, paper in gone.items()):
        raise Stop("Retraits : une référence n'est pas dans le jeu, ou un retrait n'a pas de pièce signée.")
    _require_same("Ajouts issus du guichet", {one for one in added if one.startswith("DRO-")}, set(receipts["entering"]))
    _require_same("Retraits issus du guichet", {one for one in gone if one.startswith("DRO-")}, set(receipts["leaving"]))
    references = {reference: token for reference, token in references.items() if reference not in gone}
    _require_same("Oppositions en vigueur", {one for one in references if one.startswith("DRO-")}, set(held))
    withdrawn = sum(not one.startswith("DRO-") for one in gone)
    return _made(keys, receipts, before, references, sorted(studies), told.effet or now(), withdrawn)


def _made(
    keys: Keys,
    receipts: dict[str, Any],
    before: Set | None,
    references: dict[str, bytes],
    studies: list[str],
    effective_at: str,
    withdrawn: int,
) -> tuple[Set, dict[str, Any]]:
    tokens = set(references.values())
    former = set(before.each()) if before else set()
    through = [token for reference, token in references.items() if reference.startswith("DRO-")]
    size, root = receipts_root((bytes.fromhex(one["leaf"]) for one in receipts["in_force"]), bytes.fromhex(receipts["padding"]))
    counts = {
        "count": len(tokens),
        "added": len(tokens - former),
        "removed": len(former - tokens),
        "receipts": len(through),
        "merged": len(through) - len(set(through)),
        "elsewhere": len(tokens - set(through)),
        "withdrawn": withdrawn,
        "salt": secrets.token_hex(16),
    }
    document = {
        "format": SET,
        "database": receipts["database"],
        "version": receipts["version"],
        "cutoff_at": receipts["cutoff_at"],
        "effective_at": effective_at,
        "root": root_of(sorted(tokens)),
        "previous_root": receipts["previous_root"],
        "receipts_root": root,
        "receipts_size": size,
        "counts_sha256": hashlib.sha256(canonical(counts)).hexdigest(),
        "token_key": keys.check,
    }
    manifest = signed(document, keys.signing) | {"counts": counts}
    return Set(manifest["signed"], studies, b"".join(sorted(tokens)), references), manifest
