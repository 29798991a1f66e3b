"""Certificates that this site makes itself: a demonstration authority, which says so in every name that it writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK = "SIGNATURE DE DÉMONSTRATION"
ROOT_NAME = "Autorité de démonstration, sans valeur juridique"
#: Demonstration documents may bear dates of past years: the authority says that it holds since then.
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = 20
#: X.520 allows no more characters in a name.
MOST_CHARACTERS = 64

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Person:
    """Who signs, as the certificate names them."""

    name: str
    organisation: str


@dataclass(frozen=True)
class Identity:
    """A certificate, its private key, and the certificates between it and the root. It never shows its key."""

    certificate: x509.Certificate
    key: Key = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()


def named(common: str, organisation: str) -> x509.Name:
    """A subject: who, of which organisation, and the words that say that it is a demonstration."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:MOST_CHARACTERS] or MARK),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:MOST_CHARACTERS]),
        ]
    )


def subject_of(person: Person) -> x509.Name:
    """The subject of a certificate that is no demonstration."""
    parts = ((NameOID.ORGANIZATION_NAME, person.organisation), (NameOID.COMMON_NAME, person.name))
    return x509.Name([x509.NameAttribute(oid, words[:MOST_CHARACTERS]) for oid, words in parts if words])


def _key_usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _drafted(subject: x509.Name, issuer: x509.Name, key: Key, since: datetime, until: datetime) -> x509.CertificateBuilder:
    drafted = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    drafted = drafted.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)
    return drafted.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def root() -> Identity:
    """A new root."""
    key, name = ec.generate_private_key(ec.SECP256R1()), named(ROOT_NAME, MARK)
    drafted = _drafted(name, name, key, SINCE, SINCE + timedelta(days=365 * YEARS))
    drafted = drafted.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    drafted = drafted.add_extension(_key_usage(signs=False, certifies=True), critical=True)
    return Identity(drafted.sign(key, hashes.SHA256()), key)


def issued(issuer: Identity, subject: x509.Name, *, since: datetime, until: datetime | None = None, stamps: bool = False) -> Identity:
    """A new key with a certificate of this issuer: for signatures, or for time stamps (RSA then, which every reader understands)."""
    above = issuer.certificate
    key: Key = rsa.generate_private_key(65537, 3072) if stamps else ec.generate_private_key(ec.SECP256R1())
    drafted = _drafted(subject, above.subject, key, since, until or above.not_valid_after_utc)
    drafted = drafted.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    drafted = drafted.add_extension(_key_usage(signs=True, certifies=False), critical=True)
    known = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    drafted = drafted.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known), critical=False)
    if stamps:
        drafted = drafted.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if not isinstance(issuer.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("an issuer signs with an elliptic curve or with RSA")
    signed = drafted.sign(issuer.key, hashes.SHA256())
    return Identity(signed, key, issuer.chain if above.issuer == above.subject else (above, *issuer.chain))
