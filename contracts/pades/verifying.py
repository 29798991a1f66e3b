"""Judge a file: every signature, what it covers, what came after it, and who vouches for its certificate.

That a signature is intact proves nothing of what was added after it: the judgement rests on what was written since, on the
permission that the seal gave, and on the fields that the seal had made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import asn1crypto.x509
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from contracts.pades.apart import apart
from contracts.pades.certificates import MARK
from contracts.pades.elsewhere import CRL, GOOD, OCSP, REVOKED, SILENT, Elsewhere, asks_of
from contracts.pades.reading import Reader
from contracts.pades.verdict import Reason, Signed, Verdict, Why, judged

COVERAGE = {SignatureCoverageLevel.ENTIRE_FILE: "file", SignatureCoverageLevel.ENTIRE_REVISION: "revision"}
HARMLESS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)


@dataclass(frozen=True)
class Trust:
    """Whom a check believes: the roots of the house, and for the signature that was made elsewhere those of its own."""

    anchors: tuple[x509.Certificate, ...]
    elsewhere: Elsewhere | None = None

    def for_field(self, name: str) -> Trust:
        """Whom it believes for the signature of one field."""
        return self if self.elsewhere is None or self.elsewhere.field == name else Trust(self.anchors)

    @property
    def for_signer(self) -> tuple[x509.Certificate, ...]:
        """The roots of the certificate of who signs."""
        return self.anchors if self.elsewhere is None else self.elsewhere.anchors

    @property
    def for_stamps(self) -> tuple[x509.Certificate, ...]:
        """The roots of the authorities that stamp the time."""
        return self.anchors if self.elsewhere is None else (*self.anchors, *self.elsewhere.anchors)


def check(
    pdf: bytes,
    anchors: Iterable[x509.Certificate],
    at: datetime,
    *,
    sent: bytes | None = None,
    expected: Sequence[str] | None = None,
    elsewhere: Elsewhere | None = None,
) -> Verdict:
    """The verdict on a file at this instant.

    `sent` is what it has to begin with; `expected` names the fields that have to be signed, all that the file has when it is None;
    the signature of the field that `elsewhere` names is judged by roots of its own.
    """
    begins = () if sent is None or starts_with_sent(pdf, sent) else (Reason(Why.NOT_SENT),)
    if not pdf.startswith(b"%PDF-"):
        return judged((Reason(Why.NOT_PDF), *begins))
    try:
        found = apart(lambda: asyncio.run(_checked(pdf, Trust(tuple(anchors), elsewhere), at, expected)))
    except MemoryError:
        found = judged((Reason(Why.TOO_LONG),))
    except Exception:
        # Several libraries read these bytes and raise what they like: whatever it is, it is a fact about the file.
        found = judged((Reason(Why.BROKEN if b"/ByteRange" in pdf else Why.NOT_PDF),))
    return judged((*begins, *found.reasons), found.signatures, found.waiting)


def starts_with_sent(pdf: bytes, sent: bytes) -> bool:
    """Is the document that was sent still there, byte for byte, at the beginning?"""
    return bool(sent) and pdf.startswith(sent)


async def _checked(pdf: bytes, trust: Trust, at: datetime, expected: Sequence[str] | None) -> Verdict:
    reader = Reader(pdf)
    if reader.encrypted:
        return judged((Reason(Why.ENCRYPTED),))
    fields = [(name, value, field) for name, value, field in enumerate_sig_fields(reader)]
    waiting = tuple(name for name, value, _field in fields if value is None)
    signed = sorted((EmbeddedPdfSignature(reader, field, name) for name, value, field in fields if value is not None), key=_revision)
    if not signed:
        return judged((Reason(Why.NO_SIGNATURE),), waiting=waiting)
    judgements = [await _judged(one, pdf, trust.for_field(one.field_name), at, is_last=one is signed[-1]) for one in signed]
    missing = [name for name in waiting if expected is None or name in expected]
    reasons = [reason for _signed, given in judgements for reason in given] + [Reason(Why.CUT, told=name) for name in missing]
    if not _is_sealed(signed[0]):
        reasons.append(Reason(Why.NO_SEAL))
    return judged(tuple(reasons), tuple(one for one, _reasons in judgements), waiting)


def _revision(one: EmbeddedPdfSignature) -> int:
    return int(one.signed_revision)


def _is_sealed(first: EmbeddedPdfSignature) -> bool:
    """Is the first signature a certification that allows nothing but filling fields?"""
    certified = first.reader.root.get("/Perms", {})
    if "/DocMDP" not in certified or certified.raw_get("/DocMDP") != first.sig_field.raw_get("/V"):
        return False
    return first.docmdp_level in (MDPPerm.FILL_FORMS, MDPPerm.NO_CHANGES)


async def _judged(one: EmbeddedPdfSignature, pdf: bytes, trust: Trust, at: datetime, *, is_last: bool) -> tuple[Signed, list[Reason]]:
    stamped = await _validated(one, trust, at, skip_diff=True)
    stamp: Any = stamped.timestamp_validity
    held = bool(stamp and stamp.valid and stamp.intact and stamp.trusted)
    when = stamp.timestamp if held else at
    status = await _compared(one, trust, when)
    said = stamp.timestamp if held else stamped.signer_reported_dt
    level = "other" if one.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached" else "B-T" if held else "B-B"
    told: dict[str, Any] = {
        "is_intact": bool(status.intact and status.valid),
        "is_trusted": bool(status.trusted),
        "coverage": COVERAGE.get(status.coverage or SignatureCoverageLevel.UNCLEAR, "part"),
        "docmdp_ok": bool(status.docmdp_ok),
        "is_seal": _is_sealed(one),
    }
    signed = replace(_about(one, said.isoformat() if said else "", level), **told)
    if trust.elsewhere is not None and signed.is_trusted:
        signed = replace(signed, asks=asks_of(status.validation_path.iter_certs(include_root=True)))  # type: ignore[union-attr]
        signed = replace(signed, revocation=await _revocation(one, trust, when))
    reasons = _reasons(one, status, signed, when, is_last=is_last)
    if signed.is_intact and not _is_tight(one, pdf):
        reasons.append(Reason(Why.BYTES_CHANGED, one.field_name, signed.who))
    if signed.is_intact and stamp and not held:
        reasons.append(Reason(Why.UNSURE_TIME, one.field_name, signed.who))
    return signed, reasons


async def _compared(one: EmbeddedPdfSignature, trust: Trust, moment: datetime) -> PdfSignatureStatus:
    """The status with what was written after the signature; without it when those bytes cannot be read."""
    try:
        return await _validated(one, trust, moment)
    except Exception:
        return await _validated(one, trust, moment, skip_diff=True)


async def _validated(one: EmbeddedPdfSignature, trust: Trust, moment: datetime, *, skip_diff: bool = False) -> PdfSignatureStatus:
    """pyHanko's status, with certificates judged at that moment and nothing fetched."""
    mine, stamps = _context(trust.for_signer, moment), _context(trust.for_stamps, moment)
    return await async_validate_pdf_signature(one, mine, ts_validation_context=stamps, skip_diff=skip_diff)


def _context(anchors: Iterable[x509.Certificate], moment: datetime, **told: Any) -> ValidationContext:
    roots = [asn1crypto.x509.Certificate.load(anchor.public_bytes(Encoding.DER)) for anchor in anchors]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, **{"revocation_mode": "soft-fail"} | told)


async def _revocation(one: EmbeddedPdfSignature, trust: Trust, moment: datetime) -> str:
    """What the answers say of the certificates: good, revoked, or nothing; empty while nobody was asked."""
    elsewhere = trust.elsewhere
    if elsewhere is None or elsewhere.answers is None:
        return ""
    answers = {"ocsps": elsewhere.of_kind(OCSP), "crls": elsewhere.of_kind(CRL), "retroactive_revinfo": True}
    mine = _context(trust.for_signer, moment, revocation_mode="hard-fail", **answers)
    status = await async_validate_pdf_signature(one, mine, ts_validation_context=_context(trust.for_stamps, moment), skip_diff=True)
    return REVOKED if status.revoked else GOOD if status.trusted else SILENT


def _about(one: EmbeddedPdfSignature, at: str, level: str) -> Signed:
    certificate = one.signer_cert
    subject = certificate.subject.native
    units = subject.get("organizational_unit_name", "")
    named = [subject.get("common_name"), " ".join(str(subject.get(part, "")) for part in ("given_name", "surname")).strip()]
    further = certificate.subject_alt_name_value
    emails = [subject.get("email_address"), *(name.native for name in further or () if name.name == "rfc822_name")]
    return Signed(
        field=one.field_name,
        who=str(subject.get("common_name", "")),
        organisation=str(subject.get("organization_name", "")),
        issuer=str(certificate.issuer.native.get("common_name", certificate.issuer.human_friendly)),
        certificate=certificate.sha256.hex(),
        at=at,
        level=level,
        coverage="",
        is_demonstration=MARK in units,
        names=tuple(str(one) for one in named if one),
        emails=tuple(str(one) for one in emails if one),
    )


def _reasons(one: EmbeddedPdfSignature, status: PdfSignatureStatus, signed: Signed, when: datetime, *, is_last: bool) -> list[Reason]:
    """What speaks against one signature: first its bytes, then what came after, then its certificate."""
    if not signed.is_intact:
        return [Reason(Why.BYTES_CHANGED, one.field_name, signed.who)]
    told = []
    if signed.coverage == "part":
        told = [Reason(Why.PARTLY_COVERED, one.field_name, signed.who)]
    elif not status.docmdp_ok or (is_last and status.modification_level not in HARMLESS):
        told = [Reason(Why.WRITTEN_AFTER, one.field_name, signed.who)]
    if signed.is_trusted:
        return told
    validity = one.signer_cert["tbs_certificate"]["validity"]
    since, until = validity["not_before"].native, validity["not_after"].native
    if when > until:
        return [*told, Reason(Why.EXPIRED, one.field_name, signed.who, until.date().isoformat())]
    if when < since:
        return [*told, Reason(Why.NOT_YET_VALID, one.field_name, signed.who, since.date().isoformat())]
    return [*told, Reason(Why.UNKNOWN_AUTHORITY, one.field_name, signed.who, signed.issuer)]


def _is_tight(one: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """No signature covers the place where it stands itself: nothing may hide there, after its end or in its spelling."""
    ranges = [int(part) for part in one.byte_range]
    place = pdf[ranges[1] : ranges[2]]
    spelled = place[1:-1].rstrip(b"0")
    content = cms.ContentInfo.load(one.pkcs7_content)
    length = len(content.dump())
    return (
        place[:1] == b"<"
        and place[-1:] == b">"
        and spelled in (spelled.lower(), spelled.upper())
        and not one.pkcs7_content[length:].strip(b"\0")
    )
