"""A signature that was made elsewhere: which authorities are believed for it, whom they name to be asked, and what these have answered."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import asn1crypto.x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

OCSP, CRL = "ocsp", "crl"
#: What is known of the revocation of a certificate.
GOOD, REVOKED, SILENT = "good", "revoked", "silent"
#: More than these nobody asks about one signature.
MOST_ASKS = 8


@dataclass(frozen=True)
class Ask:
    """Whom a certificate names, and what is sent there: a request (OCSP), or nothing (a list of what is revoked)."""

    kind: str
    url: str
    body: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """The field of the signature, and what its certificate is judged by: roots of its own; answers on revocation, None until asked."""

    field: str
    anchors: tuple[x509.Certificate, ...]
    answers: tuple[tuple[str, bytes], ...] | None = None

    def told(self) -> dict[str, Any]:
        """As plain values."""
        roots = [one.public_bytes(Encoding.PEM).decode() for one in self.anchors]
        answers = None if self.answers is None else [[kind, b64encode(said).decode()] for kind, said in self.answers]
        return {"field": self.field, "anchors": roots, "answers": answers}

    def of_kind(self, kind: str) -> list[bytes]:
        """The answers of one kind."""
        return [said for one, said in self.answers or () if one == kind]


def read(told: dict[str, Any] | None) -> Elsewhere | None:
    """What `told` wrote."""
    if told is None:
        return None
    roots = tuple(x509.load_pem_x509_certificate(one.encode()) for one in told["anchors"])
    answers = None if told["answers"] is None else tuple((kind, b64decode(said)) for kind, said in told["answers"])
    return Elsewhere(told["field"], roots, answers)


def asks_of(path: Iterable[asn1crypto.x509.Certificate]) -> tuple[Ask, ...]:
    """Whom the certificates of a path name that tell of revocation; the path begins with its root."""
    certificates = [x509.load_der_x509_certificate(one.dump()) for one in path]
    found = [ask for above, one in pairwise(certificates) for ask in _asks(one, above)]
    return tuple(found[:MOST_ASKS])


def _asks(one: x509.Certificate, above: x509.Certificate) -> Iterator[Ask]:
    read_one = asn1crypto.x509.Certificate.load(one.public_bytes(Encoding.DER))
    for url in read_one.ocsp_urls:
        # the hash names the certificate, it proves nothing
        request = ocsp.OCSPRequestBuilder().add_certificate(one, above, hashes.SHA1()).build()
        yield Ask(OCSP, url, b64encode(request.public_bytes(Encoding.DER)).decode())
    for point in read_one.crl_distribution_points:
        if point.url:
            yield Ask(CRL, point.url)
