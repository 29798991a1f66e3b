"""Who seals, who certifies the signatories, who stamps the time: the demonstration authority of KEYS_DIR, or the one of the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key, pkcs12

from contracts.pades import certificates
from contracts.pades.certificates import SINCE, Identity, Key, Person, named

ROOT, SEAL, STAMPS, ANCHORS = "root", "seal", "stamps", "anchors"


class NoAuthority(Exception):
    """The keys were never made here, or the files that the settings name cannot be used."""


@dataclass(frozen=True)
class Authority:
    """Everything a seal or a signature needs, and what a check believes."""

    seal: Identity
    issue: Callable[[Person, datetime], Identity] | None
    anchors: tuple[x509.Certificate, ...]
    stamps: Identity | None = None
    stamps_url: str = ""
    is_demonstration: bool = False

    @property
    def has_stamps(self) -> bool:
        """Is there an authority that says when? Without one a signature is B-B only."""
        return bool(self.stamps or self.stamps_url)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _keep(folder: Path, name: str, identity: Identity) -> None:
    """Key and certificate in one file of the owner's own."""
    key = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(folder / f"{name}.pem", key + identity.certificate.public_bytes(Encoding.PEM))


def _kept(folder: Path, name: str) -> Identity:
    """What `_keep` wrote: a key of our own making, whose primes need no proof at each signature."""
    try:
        content = (folder / f"{name}.pem").read_bytes()
        return Identity(
            x509.load_pem_x509_certificate(content),
            _usable(load_pem_private_key(content, password=None, unsafe_skip_rsa_key_validation=True)),
        )
    except (OSError, ValueError) as error:
        raise NoAuthority(f"{name}.pem") from error


def _usable(key: object) -> Key:
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise NoAuthority("a key is neither RSA nor of an elliptic curve")
    return key


def make(folder: Path) -> list[str]:
    """Make what is missing of the demonstration authority; the answer names what was made.

    A new root is kept among the anchors, where older ones stay: what they certified can still be checked.
    """
    made = []
    if not (folder / f"{ROOT}.pem").exists():
        root = certificates.root()
        _keep(folder, ROOT, root)
        serial = format(root.certificate.serial_number, "x")[:16]
        _write(folder / ANCHORS / f"{serial}.pem", root.certificate.public_bytes(Encoding.PEM))
        for name in (SEAL, STAMPS):
            (folder / f"{name}.pem").unlink(missing_ok=True)
        made.append(ROOT)
    issuer = _kept(folder, ROOT)
    for name, words in ((SEAL, "Cachet de démonstration du guichet"), (STAMPS, "Horodatage de démonstration du guichet")):
        if not (folder / f"{name}.pem").exists():
            subject = named(words, certificates.MARK)
            _keep(folder, name, certificates.issued(issuer, subject, since=SINCE, stamps=name == STAMPS))
            made.append(name)
    return made


def demonstration(folder: Path) -> Authority:
    """The authority that `make` made. Raises NoAuthority."""
    root = _kept(folder, ROOT)

    def issue(person: Person, at: datetime) -> Identity:
        """A key that serves one signature: it is never written anywhere."""
        return certificates.issued(root, named(person.name, person.organisation), since=at)

    return Authority(
        seal=_kept(folder, SEAL), issue=issue, anchors=anchors_in(folder / ANCHORS), stamps=_kept(folder, STAMPS), is_demonstration=True
    )


def anchors_in(*paths: Path) -> tuple[x509.Certificate, ...]:
    """The certificates that a check believes: those of PEM files, and of the PEM files of folders."""
    files = [file for path in paths for file in (sorted(path.glob("*.pem")) if path.is_dir() else [path])]
    try:
        return tuple(one for file in files for one in x509.load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError) as error:
        raise NoAuthority("trust anchors") from error


def identity_in(path: Path, password_file: Path | None) -> Identity:
    """The key and certificates of a PKCS#12 file, its password in a file of its own. Raises NoAuthority."""
    try:
        password = password_file.read_bytes().strip() if password_file else None
        key, certificate, others = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except (OSError, ValueError) as error:
        raise NoAuthority(path.name) from error
    if certificate is None:
        raise NoAuthority(path.name)
    return Identity(certificate, _usable(key), tuple(others))


def configured(seal: Identity, anchors: Iterable[x509.Certificate], *, issuer: Identity | None = None, stamps_url: str = "") -> Authority:
    """The authority of the settings: without an issuer, nobody signs by a certificate of this site."""

    def issue(person: Person, at: datetime) -> Identity:
        """A certificate of the settings' issuer for one signature; its subject carries no mark of a demonstration."""
        if issuer is None:
            raise NoAuthority("no issuer")
        return certificates.issued(issuer, certificates.subject_of(person), since=at)

    return Authority(seal=seal, issue=issue if issuer else None, anchors=tuple(anchors), stamps_url=stamps_url)
