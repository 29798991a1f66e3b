"""A sealed document with two signatures, made once for every test that harms it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import pikepdf
from cryptography import x509

from contracts.pades import authority, certificates
from contracts.pades.authority import Authority
from contracts.pades.certificates import Identity, Person
from contracts.pades.sealing import seal, sign

AT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
ALICE, BOB = Person("Alice Été", "AP-HP"), Person("Bob Ozanne", "Inserm")
FIRST, SECOND = "Sig_1_1", "Sig_2_1"
FIELDS = {FIRST: "Signature de Alice Été", SECOND: "Signature de Bob Ozanne"}


@dataclass(frozen=True)
class Made:
    """Each state of one document: as drawn, sealed, signed once, signed twice."""

    drawn: bytes
    sealed: bytes
    once: bytes
    twice: bytes


@cache
def demonstration() -> Authority:
    """One demonstration authority, made in a folder of its own."""
    folder = Path(mkdtemp()) / "conventions"
    authority.make(folder)
    return authority.demonstration(folder)


@cache
def stranger() -> Authority:
    """Another authority that calls itself the same."""
    folder = Path(mkdtemp()) / "conventions"
    authority.make(folder)
    return authority.demonstration(folder)


@cache
def drawn(words: str = "Convention") -> bytes:
    """A page with an annex attached."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].Contents = pdf.make_stream(b"% " + words.encode())
    pdf.attachments["annexe.json"] = pikepdf.AttachedFileSpec(pdf, b'{"montant": "1000"}', filename="annexe.json")
    kept = BytesIO()
    pdf.save(kept, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, deterministic_id=True)
    return kept.getvalue()


@cache
def made(words: str = "Convention") -> Made:
    """The document in all its states, by the demonstration authority."""
    sealed = seal(drawn(words), FIELDS, demonstration(), AT)
    once = sign(sealed, FIRST, ALICE, demonstration(), AT + timedelta(hours=1), "Lu et approuvé")
    return Made(drawn(words), sealed, once, sign(once, SECOND, BOB, demonstration(), AT + timedelta(hours=2), "Lu et approuvé"))


def issuing(until: timedelta, *, stamped: bool = True) -> Authority:
    """The demonstration authority, whose signatories' certificates end that long after the act."""
    ours = demonstration()

    def issue(person: Person, at: datetime) -> Identity:
        """A certificate that ends when it is told."""
        return certificates.issued(
            _root(), certificates.named(person.name, person.organisation), since=at - timedelta(days=9), until=at + until
        )

    return replace(ours, issue=issue, stamps=ours.stamps if stamped else None, anchors=(*ours.anchors, _root().certificate))


@cache
def _root() -> Identity:
    return certificates.root()


def anchors(*authorities: Authority) -> tuple[x509.Certificate, ...]:
    """What a check believes."""
    return tuple(anchor for one in authorities or (demonstration(),) for anchor in one.anchors)
