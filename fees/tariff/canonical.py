"""The snapshot of a quote: inputs, grids, VAT table and result as one canonical text, its hash, and the proof by calculating again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from fees.tariff.asked import Inputs
from fees.tariff.calculate import calculate
from fees.tariff.codec import decode, encode
from fees.tariff.errors import BadDocument, DocumentFault
from fees.tariff.exchange import canonical, quickly_canonical, sha256, vat_from, vat_text, version_from, version_text
from fees.tariff.exchange import read_document as json_document
from fees.tariff.priced import Result
from fees.tariff.written import GridVersion, VatTable

SNAPSHOT = "guichet-quote/1"


class Snapshot(NamedTuple):
    """What a snapshot's text holds."""

    inputs: Inputs
    versions: tuple[GridVersion, ...]
    vat: VatTable
    result: Result


class Recomputed(NamedTuple):
    """What calculating again from a snapshot alone gave."""

    same: bool
    sha256: str  # of the snapshot given
    sha256_again: str
    result: Result


def snapshot_text(inputs: Inputs, versions: Sequence[GridVersion], vat: VatTable, result: Result) -> str:
    """Everything needed to calculate the result again, and the result: RFC 8785, Decimals as texts."""
    parts = {
        "engine": quickly_canonical(result.engine),
        "format": quickly_canonical(SNAPSHOT),
        "inputs": quickly_canonical(encode(inputs)),
        "result": quickly_canonical(encode(result)),
        "vat": vat_text(vat),
        "versions": f"[{','.join(version_text(version) for version in sorted(versions, key=lambda version: version.key))}]",
    }
    return "{" + ",".join(f'"{name}":{part}' for name, part in parts.items()) + "}"


def priced(inputs: Inputs, versions: Sequence[GridVersion], vat: VatTable) -> tuple[Result, str, str]:
    """The result, its snapshot and the hash of the snapshot."""
    result = calculate(inputs, versions, vat)
    text = snapshot_text(inputs, versions, vat, result)
    return result, text, sha256(text)


def read_snapshot(text: str) -> Snapshot:
    """What a snapshot holds, as it was calculated then; BadDocument when it is not one."""
    document = _opened(text)
    versions = tuple(version_from(one) for one in document["versions"])
    return Snapshot(
        cast(Inputs, decode(Inputs, document["inputs"])),
        versions,
        vat_from(document["vat"]),
        cast(Result, decode(Result, document["result"])),
    )


def _opened(text: str) -> dict[str, Any]:
    document = json_document(text)
    parts = {"format", "engine", "inputs", "versions", "vat", "result"}
    if not isinstance(document, dict) or document.get("format") != SNAPSHOT or set(document) != parts:
        raise BadDocument((DocumentFault("format", f"this is not a snapshot ({SNAPSHOT})"),))
    return document


def read_inputs(text: str) -> Inputs:
    """Only the inputs of a snapshot: what pricing a past request by another version needs."""
    return cast(Inputs, decode(Inputs, _opened(text)["inputs"]))


def recompute(text: str) -> Recomputed:
    """Calculate again from the snapshot alone: the same bytes, or not; the text must be in canonical form itself."""
    kept = read_snapshot(text)
    result = calculate(kept.inputs, kept.versions, kept.vat)
    again = snapshot_text(kept.inputs, kept.versions, kept.vat, result)
    return Recomputed(again == text == canonical(_opened(text)), sha256(text), sha256(again), result)
