#!/usr/bin/env python3
"""L'outil des responsables de traitement : ouvrir chez soi les demandes d'exercice de droits, et y répondre. Python 3.10 ou plus.

    pip install "cryptography>=50" pikepdf pillow

    python rights_desk.py make-key cle-2026               fait une paire de clés : cle-2026.key.pem (à garder), cle-2026.pub.pem (à déposer)
    python rights_desk.py fingerprint cle-2026.pub.pem    l'empreinte à lire au téléphone
    python rights_desk.py open DRO-2026-00001.json --key cle-2026.key.pem --into demandes
    python rights_desk.py seal demandes/DRO-2026-00001 --kind answer --words reponse.txt [--attach copie.pdf] --out reponse.json
    python rights_desk.py check-directory annuaire.json --signer CLE [--fingerprint EMPREINTE]

Rien ne part sur le réseau. La clé privée ne quitte jamais votre machine ; sans elle, personne ne lit une demande, pas même le guichet.
Les pièces jointes passent par l'antivirus (clamdscan ou clamscan, sinon --scanner), puis sont réécrites : une image est redessinée, un PDF
perd scripts, actions et fichiers joints. Ce qui ne se réécrit pas n'est pas écrit. Formats et usage : docs/guide-rights-controllers.md.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import getpass
import hashlib
import importlib
import io
import json
import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke, padding
from cryptography.hazmat.primitives import serialization as as_bytes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
REQUEST, ANSWER, COMPLEMENT = "guichet/rights/1", "guichet/rights/answer/1", "guichet/rights/complement/1"
SIZES, LENGTH, ROUNDS, SHORTEST = tuple(1024 * kib for kib in (4, 16, 64, 256, 1024, 2048, 4096, 8192)), 4, 600_000, 16
#: Pixels d'une image et pages d'un PDF au-delà desquels une pièce n'est pas réécrite.
MOST_PIXELS, MOST_PAGES = 60_000_000, 300
#: What the site says of a request beside its envelope, which must say the same: one that was copied from elsewhere does not.
ASKED = ("right", "level", "study", "form")
OTHERWISE = "ATTENTION : l'enveloppe dit autre chose que le guichet. Ne répondez rien, et écrivez au délégué à la protection des données."
VOUCHED = "FranceConnect a confirmé une identité, non vérifiée ici : lancez rights_identity.py sur ce même fichier."
#: The keys of a PDF object that make it do something, or carry something along.
ACTIVE = ("/OpenAction", "/AA", "/A", "/JS", "/JavaScript", "/EmbeddedFiles", "/AF", "/XFA", "/RichMediaContent", "/Launch", "/Metadata")
NO_SCANNER = "aucun antivirus ne répond, rien n'est écrit : installez ClamAV, nommez-en un (--scanner) ou passez outre (--accept-unscanned)"


class Stop(Exception):
    """What went wrong, in words for the agent."""


# --- Keys ----------------------------------------------------------------------------------------
def fingerprint(raw: bytes) -> str:
    """The name of a public key: the SHA-256 of its 65 bytes."""
    return hashlib.sha256(raw).hexdigest()


def raw_of(public: ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes of a public key."""
    return public.public_bytes(as_bytes.Encoding.X962, as_bytes.PublicFormat.UncompressedPoint)


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """A public key from its 65 bytes. Raises Stop."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        raise Stop("ce n'est pas une clé publique P-256") from None


def key_file(private: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    """The private half as PKCS #8 in PEM, locked by PBKDF2 (600 000 rounds) and AES-256-CBC; without a passphrase, in clear."""
    clear = private.private_bytes(as_bytes.Encoding.DER, as_bytes.PrivateFormat.PKCS8, as_bytes.NoEncryption())
    if not passphrase:
        return _armoured("PRIVATE KEY", clear)
    salt, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, ROUNDS).derive(passphrase.encode())
    padder, locker = padding.PKCS7(128).padder(), Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    sealed = locker.update(padder.update(clear) + padder.finalize()) + locker.finalize()
    digest = _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d0209")), _der(0x05))
    told = _der(0x30, _der(0x04, salt), _der(0x02, ROUNDS.to_bytes(3, "big")), digest)
    derivation = _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d01050c")), told)
    cipher = _der(0x30, _der(0x06, bytes.fromhex("60864801650304012a")), _der(0x04, iv))
    how = _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d01050d")), _der(0x30, derivation, cipher))
    return _armoured("ENCRYPTED PRIVATE KEY", _der(0x30, how, _der(0x04, sealed)))


def read_key(path: Path, passphrase: Callable[[], str]) -> ec.EllipticCurvePrivateKey:
    """The private key of a file; the passphrase is asked for when the file is locked. Raises Stop."""
    pem = _read(path)
    try:
        key = as_bytes.load_pem_private_key(pem, passphrase().encode() if b"ENCRYPTED" in pem else None)
    except (ValueError, TypeError):
        raise Stop("la phrase de passe est fausse, ou ce n'est pas une clé privée") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Stop("ce n'est pas une clé P-256")
    return key


def _der(tag: int, *contents: bytes) -> bytes:
    size = len(content := b"".join(contents))
    head = bytes([tag, size]) if size < 128 else bytes([tag, 129, size]) if size < 256 else bytes([tag, 130, size >> 8, size & 255])
    return head + content


def _armoured(label: str, content: bytes) -> bytes:
    lines = re.findall(".{1,64}", base64.b64encode(content).decode())
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


# --- Envelopes -----------------------------------------------------------------------------------
def opened(envelope: dict[str, Any], private: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """What an envelope or a complement says. Raises Stop."""
    own = fingerprint(raw_of(private.public_key()))
    if envelope["key"] != own:
        raise Stop(f"cette enveloppe est scellée pour la clé {envelope['key'][:16]}, et non pour la vôtre ({own[:16]})")
    sealed = base64.b64decode(envelope["sealed"])
    if hashlib.sha256(sealed).hexdigest() != envelope["sha256"]:
        raise Stop("le fichier a changé en route : retéléchargez-le")
    bound = [COMPLEMENT, envelope["database"], own, envelope["number"]] if "kind" in envelope else [REQUEST, envelope["database"], own]
    try:
        content = SUITE.decrypt(sealed, private, info="|".join(bound).encode())
        found = json.loads(content[LENGTH : LENGTH + int.from_bytes(content[:LENGTH], "big")])
    except (InvalidTag, ValueError):
        raise Stop("cette enveloppe ne s'ouvre pas : elle a été faite pour une autre base ou une autre demande") from None
    return cast("dict[str, Any]", found)


def sealed_for_person(content: dict[str, Any], reply_key: str, database: str, number: str, kind: str) -> dict[str, Any]:
    """A question or an answer that only the person can open, as the file that is brought to the site. Raises Stop."""
    raw = base64.b64decode(reply_key)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    size = next((size for size in SIZES if size >= LENGTH + len(text)), None)
    if size is None:
        raise Stop("les fichiers sont trop lourds ensemble : 5 Mo au plus")
    info = "|".join([ANSWER, database, fingerprint(raw), number]).encode()
    sealed = SUITE.encrypt((len(text).to_bytes(LENGTH, "big") + text).ljust(size, b"\0"), point(raw), info=info)
    told = {"v": 1, "number": number, "kind": kind, "database": database, "sealed_to": fingerprint(raw)}
    return told | {"sealed": base64.b64encode(sealed).decode()}


# --- Proofs --------------------------------------------------------------------------------------
def scanned(content: bytes, named: list[str]) -> str:
    """What the named virus scanner says, or the machine's: `clean`, `infected`, or `unscanned` when none gives a verdict."""
    for words in [named] if named else [["clamdscan"], ["clamscan"]]:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run([*words, "--no-summary", "-"], input=content, capture_output=True, timeout=120, check=False)
            if done.returncode in (0, 1):
                return ("clean", "infected")[done.returncode]
    return "unscanned"


def rewritten(content: bytes) -> tuple[str, bytes]:
    """The suffix and the bytes of a proof made anew: an image drawn again, a PDF without anything that acts. Raises Stop."""
    is_pdf = content[:1024].lstrip().startswith(b"%PDF-")
    return (".pdf", _plain_pdf(content)) if is_pdf else _plain_image(content)


def _plain_image(content: bytes) -> tuple[str, bytes]:
    Image, ImageOps = _library("PIL.Image"), _library("PIL.ImageOps")
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "TIFF", "GIF"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Stop("cette image est trop grande")
            drawn = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Stop("ce n'est ni une image ni un PDF que l'on puisse réécrire") from None
    clean = Image.frombytes("RGB", drawn.size, drawn.tobytes())  # the pixels alone: no comment, no place, no profile
    made = io.BytesIO()
    clean.save(made, "PNG")
    return ".png", made.getvalue()


def _plain_pdf(content: bytes) -> bytes:
    pikepdf = _library("pikepdf")
    try:
        with pikepdf.open(io.BytesIO(content)) as source, pikepdf.new() as clean:
            if len(source.pages) > MOST_PAGES:
                raise Stop("ce PDF a trop de pages")
            clean.pages.extend(source.pages)
            for item in clean.objects:
                _disarm(item)
            for page in clean.pages:
                if "/Annots" in page:
                    del page.Annots
            made = io.BytesIO()
            clean.save(made, deterministic_id=True)
            return made.getvalue()
    except (pikepdf.PdfError, ValueError, RecursionError):
        raise Stop("ce PDF est abîmé ou protégé : il ne se réécrit pas") from None


def _disarm(item: Any) -> None:
    """Take out of an object of a PDF what acts or carries something along."""
    names: set[str] = set()
    with contextlib.suppress(TypeError, ValueError, AttributeError):
        names = set(item.keys())
    for name in names & set(ACTIVE):
        del item[name]


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Stop("installez pikepdf et pillow pour réécrire les pièces") from None


def unpacked(files: Any, scanner: list[str], bad: set[str]) -> Iterator[tuple[str, bytes, str]]:
    """Each proof: the name under which it is written (empty where its verdict is bad), its bytes made anew, and what was found."""
    for number, one in enumerate(files if isinstance(files, list) else [], 1):
        stem = re.sub(r"[^\w-]+", "_", Path(str(one.get("name", "") if isinstance(one, dict) else "")).stem)[:60] or "piece"
        try:
            content = base64.b64decode(one["b64"])
            if (verdict := scanned(content, scanner)) in bad:
                raise Stop("l'antivirus la refuse" if verdict == "infected" else "l'antivirus n'en dit rien")
            suffix, clean = rewritten(content)
        except Exception as refused:  # whatever a stranger sent must not keep the request itself from being read
            yield "", b"", f"pièce {number} ({stem}) : {refused if isinstance(refused, Stop) else 'illisible'} ; elle n'est pas écrite"
            continue
        said = "saine selon l'antivirus" if verdict == "clean" else "vue par AUCUN antivirus"
        yield f"{number:02d}-{stem}{suffix}", clean, f"pièce {number} ({stem}) : réécrite, {said}"


# --- Commands ------------------------------------------------------------------------------------
def make_key(told: argparse.Namespace) -> None:
    """Make a pair of keys."""
    passphrase = "" if told.no_passphrase else _ask(told.passphrase_file, twice=True)
    if not told.no_passphrase and len(passphrase) < SHORTEST:
        raise Stop(f"la phrase de passe a au moins {SHORTEST} caractères : quatre ou cinq mots, par exemple")
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key()
    _write(Path(f"{told.name}.key.pem"), key_file(private, passphrase))
    _write(Path(f"{told.name}.pub.pem"), public.public_bytes(as_bytes.Encoding.PEM, as_bytes.PublicFormat.SubjectPublicKeyInfo))
    _say(f"Clé privée : {told.name}.key.pem (gardez-en deux copies en lieu sûr). À déposer sur le guichet : {told.name}.pub.pem")
    _say(f"Empreinte, à lire au téléphone : {' '.join(re.findall('....', fingerprint(raw_of(public))))}")


def show_fingerprint(told: argparse.Namespace) -> None:
    """The fingerprint of a public key file."""
    try:
        public = as_bytes.load_pem_public_key(_read(told.file))
        _say(" ".join(re.findall("....", fingerprint(raw_of(cast("ec.EllipticCurvePublicKey", public))))))
    except (ValueError, TypeError):
        raise Stop("ce n'est pas un fichier de clé publique P-256") from None


def open_envelope(told: argparse.Namespace) -> None:
    """Open an envelope, and write what it says into a folder that only its owner reads."""
    envelope = _json(told.envelope)
    content = opened(envelope, read_key(told.key, lambda: _ask(told.passphrase_file)))
    files, bad = content.pop("files", []), {"infected"} if told.accept_unscanned else {"infected", "unscanned"}
    if files and "unscanned" in bad and scanned(b"guichet", told.scanner) != "clean":
        raise Stop(NO_SCANNER)
    folder = told.into / re.sub(r"[^\w-]", "_", envelope["number"]) / ("complement" if "kind" in envelope else "")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bound = {"number": envelope["number"], "database": envelope["database"], "envelope_sha256": envelope["sha256"]}
    _write(folder / "demande.json", json.dumps(content | {"routing": bound}, ensure_ascii=False, indent=2).encode())
    report = [OTHERWISE] if any(name in envelope and envelope[name] != content.get(name, "") for name in ASKED) else []
    for name, clean, said in unpacked(files, told.scanner, bad):
        if name:
            _write(folder / name, clean)
        report.append(said)
    _write(folder / "pieces.txt", "\n".join([*report, ""]).encode())
    for line in [*_lines(content), *report, *([VOUCHED] if envelope.get("attestation") else []), f"Écrit dans {folder}"]:
        _say(line)


def seal_message(told: argparse.Namespace) -> None:
    """Seal a question or an answer to the key that came with the request."""
    request = _json(told.request / "demande.json")
    if not request.get("reply_key"):
        raise Stop("la personne n'a pas joint de clé : répondez par la voie qu'elle indique (contact)")
    files = [{"name": path.name, "type": "", "b64": base64.b64encode(_read(path)).decode()} for path in told.attach]
    content = {"v": 1, "kind": told.kind, "words": _read(told.words).decode(), "files": files}
    bound = request["routing"]
    _write(told.out, json.dumps(sealed_for_person(content, request["reply_key"], bound["database"], bound["number"], told.kind)).encode())
    _say(f"Scellé pour la personne seule : {told.out}. Déposez-le sur la page de la demande {bound['number']}.")


def check_directory(told: argparse.Namespace) -> None:
    """Check the signatures of the public directory of keys, and whether a key stands in it."""
    held = _json(told.directory)
    signer = Ed25519PublicKey.from_public_bytes(base64.b64decode(told.signer))
    directory = held["directory"]
    parts = [(directory, held["signature"]["signature"]), *((one["statement"], one["signature"]) for one in directory["keys"])]
    for document, signature in parts:
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        try:
            signer.verify(base64.b64decode(signature), text)
        except InvalidSignature:
            raise Stop("NON : une signature est fausse, ou d'une autre clé") from None
    listed = {one["statement"]["fingerprint"]: one for one in directory["keys"]}
    wanted = re.sub(r"\s", "", told.fingerprint or "").lower()
    if wanted and (wanted not in listed or listed[wanted]["revoked"]):
        raise Stop("NON : cette empreinte n'est pas dans l'annuaire, ou la clé est révoquée")
    _say(f"OUI : annuaire du {directory['issued_at']}, {len(listed)} clés, toutes les signatures sont justes.")


# --- Files and words -----------------------------------------------------------------------------
def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as refused:
        raise Stop(f"{path} : {refused.strerror}") from None


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(_read(path)))


def _write(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads; one that is there is never overwritten."""
    try:
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
    except OSError as refused:
        raise Stop(f"{path} : {refused.strerror}") from None


def _ask(file: Path | None, *, twice: bool = False) -> str:
    """The passphrase, from a file or typed."""
    if file is not None:
        return _read(file).decode().rstrip("\r\n")
    typed = getpass.getpass("Phrase de passe : ")
    if twice and getpass.getpass("Encore une fois : ") != typed:
        raise Stop("les deux phrases diffèrent")
    return typed


def _lines(content: dict[str, Any]) -> Iterator[str]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from (f"{name}.{line}" for line in _lines(value))
        elif value:
            yield f"{name} : {value}"


def _say(line: str) -> None:
    """One line; what a stranger wrote cannot steer the terminal."""
    sys.stdout.write(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "�", line) + "\n")


def _commands() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="commande")

    def command(name: str, act: Callable[[argparse.Namespace], None], about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about)
        added.add_argument("--passphrase-file", type=Path, help="fichier qui contient la phrase de passe, au lieu de la taper")
        added.set_defaults(act=act)
        return added

    making = command("make-key", make_key, "faire une paire de clés")
    making.add_argument("name")
    making.add_argument("--no-passphrase", action="store_true", help="clé privée en clair : seulement sur un support chiffré")
    command("fingerprint", show_fingerprint, "lire une empreinte").add_argument("file", type=Path)
    opening = command("open", open_envelope, "ouvrir une enveloppe ou un complément")
    opening.add_argument("envelope", type=Path)
    opening.add_argument("--key", type=Path, required=True)
    opening.add_argument("--into", type=Path, default=Path())
    opening.add_argument("--scanner", type=shlex.split, default=[], help="antivirus et options, qui finit par 0 (sain) ou 1 (infecté)")
    opening.add_argument("--accept-unscanned", action="store_true", help="écrire aussi les pièces dont aucun antivirus ne dit rien")
    sealing = command("seal", seal_message, "sceller une question ou une réponse pour la personne")
    sealing.add_argument("request", type=Path, help="le dossier écrit par « open »")
    sealing.add_argument("--kind", choices=["answer", "question"], required=True)
    sealing.add_argument("--words", type=Path, required=True, help="fichier texte")
    sealing.add_argument("--attach", type=Path, action="append", default=[])
    sealing.add_argument("--out", type=Path, required=True)
    checking = command("check-directory", check_directory, "vérifier l'annuaire public des clés")
    checking.add_argument("directory", type=Path)
    checking.add_argument("--signer", required=True, help="clé de signature du guichet, en Base64")
    checking.add_argument("--fingerprint")
    return parser


def main(words: list[str] | None = None) -> int:
    """Run one command; the answer is what the shell is told."""
    told = _commands().parse_args(words)
    try:
        told.act(told)
    except (Stop, LookupError, TypeError, ValueError) as refused:
        sys.stderr.write(f"{refused if isinstance(refused, Stop) else 'ce fichier n’est pas un fichier du guichet'}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
