"""Judge a file: every signature, what it covers, what came after it, and who vouches for its certificate.

That a signature is intact proves nothing of what was added after it: the judgement rests on what was written since, on the
permission that the seal gave, and on the fields that the seal had made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import asn1crypto.x509
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from contracts.pades.apart import apart
from contracts.pades.certificates import MARK
from contracts.pades.verdict import Reason, Signed, Verdict, Why, judged

COVERAGE = {SignatureCoverageLevel.ENTIRE_FILE: "file", SignatureCoverageLevel.ENTIRE_REVISION: "revision"}
HARMLESS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)


def check(
    pdf: bytes, anchors: Iterable[x509.Certificate], at: datetime, *, sent: bytes | None = None, expected: Sequence[str] | None = None
) -> Verdict:
    """The verdict on a file at this instant.

    `sent` is what it has to begin with; `expected` names the fields that have to be signed, all that the file has when it is None.
    """
    begins = () if sent is None or starts_with_sent(pdf, sent) else (Reason(Why.NOT_SENT),)
    if not pdf.startswith(b"%PDF-"):
        return judged((Reason(Why.NOT_PDF), *begins))
    try:
        found = apart(lambda: asyncio.run(_checked(pdf, list(anchors), at, expected)))
    except Exception:
        # Several libraries read these bytes and raise what they like: whatever it is, it is a fact about the file.
        found = judged((Reason(Why.BROKEN if b"/ByteRange" in pdf else Why.NOT_PDF),))
    return judged((*begins, *found.reasons), found.signatures, found.waiting)


def starts_with_sent(pdf: bytes, sent: bytes) -> bool:
    """Is the document that was sent still there, byte for byte, at the beginning?"""
    return bool(sent) and pdf.startswith(sent)


async def _checked(pdf: bytes, anchors: list[x509.Certificate], at: datetime, expected: Sequence[str] | None) -> Verdict:
    reader = PdfFileReader(BytesIO(pdf))
    if reader.encrypted:
        return judged((Reason(Why.ENCRYPTED),))
    fields = [(name, value, field) for name, value, field in enumerate_sig_fields(reader)]
    waiting = tuple(name for name, value, _field in fields if value is None)
    signed = sorted((EmbeddedPdfSignature(reader, field, name) for name, value, field in fields if value is not None), key=_revision)
    if not signed:
        return judged((Reason(Why.NO_SIGNATURE),), waiting=waiting)
    judgements = [await _judged(one, pdf, anchors, at, is_last=one is signed[-1]) for one in signed]
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


async def _judged(
    one: EmbeddedPdfSignature, pdf: bytes, anchors: list[x509.Certificate], at: datetime, *, is_last: bool
) -> tuple[Signed, list[Reason]]:
    stamped = await _validated(one, anchors, at, skip_diff=True)
    stamp: Any = stamped.timestamp_validity
    held = bool(stamp and stamp.valid and stamp.intact and stamp.trusted)
    when = stamp.timestamp if held else at
    status = await _compared(one, anchors, when)
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
    reasons = _reasons(one, status, signed, when, is_last=is_last)
    if signed.is_intact and not _is_tight(one, pdf):
        reasons.append(Reason(Why.BYTES_CHANGED, one.field_name, signed.who))
    if signed.is_intact and stamp and not held:
        reasons.append(Reason(Why.UNSURE_TIME, one.field_name, signed.who))
    return signed, reasons


async def _compared(one: EmbeddedPdfSignature, anchors: list[x509.Certificate], moment: datetime) -> PdfSignatureStatus:
    """The status with what was written after the signature; without it when those bytes cannot be read."""
    try:
        return await _validated(one, anchors, moment)
    except Exception:
        return await _validated(one, anchors, moment, skip_diff=True)


async def _validated(
    one: EmbeddedPdfSignature, anchors: list[x509.Certificate], moment: datetime, *, skip_diff: bool = False
) -> PdfSignatureStatus:
    """pyHanko's status, with certificates judged at that moment and nothing fetched."""
    roots = [asn1crypto.x509.Certificate.load(anchor.public_bytes(Encoding.DER)) for anchor in anchors]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, revocation_mode="soft-fail")
    return await async_validate_pdf_signature(one, context, skip_diff=skip_diff)


def _about(one: EmbeddedPdfSignature, at: str, level: str) -> Signed:
    certificate = one.signer_cert
    subject = certificate.subject.native
    units = subject.get("organizational_unit_name", "")
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
