"""What changed in the registry since a day or a version: published, changed, withdrawn, published again, in the order of their writing.

What a withdrawn fiche said is not said again, and no more is said of its earlier changes than that they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from registry.reuse.exports import AS_IT_IS, INSTANT, STARTS, address_sql, lines_of
from workflow.periods import PARIS

COLUMNS = ("number", "url", "version", "kind", "at", "because", "reason", "sha256", "registry_version")
#: What a version said is hidden while its fiche is withdrawn, and afterwards unless it is shown again; as in `trust.models.is_withheld`.
HIDING = "SELECT w.fiche_id FROM trust_withdrawal w WHERE NOT w.shows_earlier"
AFTER_IT = "SELECT FROM trust_withdrawal w JOIN registry_ficheversion wv ON wv.id = w.version_id"
WITHHELD = (
    f"(v.kind <> 'withdrawn' AND (NOT f.live OR v.fiche_id IN ({HIDING}) AND EXISTS "
    f"({AFTER_IT} WHERE w.fiche_id = v.fiche_id AND NOT w.shows_earlier AND wv.number > v.number)))"
)
REASON = f"CASE WHEN {WITHHELD} THEN '' ELSE v.reason END"
VALUES = {
    "number": "f.number",
    "url": "{address}",
    "version": "v.number",
    "kind": "v.kind",
    "at": f"to_char(v.at AT TIME ZONE 'UTC', {INSTANT})",
    "because": "v.because",
    "reason": REASON,
    "sha256": "v.sha256",
    "registry_version": "v.state_version",
}
FROM = "FROM registry_ficheversion v JOIN registry_fiche f ON f.id = v.fiche_id"
ORDER = "ORDER BY v.state_version, v.id"


@dataclass(frozen=True)
class Since:
    """From where on: after a version of the registry, or from the beginning of a day in Paris; nothing asks for everything."""

    version: int = 0
    day: date | None = None

    @classmethod
    def read(cls, text: str) -> Since | None:
        """“2026-11-22” or “1234”; None for anything else."""
        if not text:
            return cls()
        if re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
            return cls(version=int(text))
        try:
            return cls(day=date.fromisoformat(text)) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) else None
        except ValueError:
            return None

    @property
    def sql(self) -> str:
        """The condition on the versions; only numbers and dates come in."""
        if self.day is None:
            return f"v.state_version > {int(self.version)}"
        return f"v.at >= '{datetime.combine(self.day, time(0), PARIS).isoformat()}'::timestamptz"


def csv_of(since: Since) -> Iterator[bytes]:
    """The changes as CSV, without what the fiches say."""
    cells = {name: value.format(address=address_sql()) for name, value in VALUES.items()}
    cells["reason"] = f"CASE WHEN left({REASON}, 1) IN {STARTS} THEN '''' || v.reason ELSE {REASON} END"
    yield (",".join(COLUMNS) + "\r\n").encode()
    yield from lines_of(f"COPY (SELECT {', '.join(cells.values())} {FROM} WHERE {since.sql} {ORDER}) TO STDOUT (FORMAT csv)", b"\r\n")


def document_sql() -> str:
    """A change as a JSON document, with what the fiche said from then on."""
    pairs = ", ".join(f"'{name}', {value.format(address=address_sql())}" for name, value in VALUES.items())
    return f"jsonb_build_object({pairs}, 'said', CASE WHEN v.kind <> 'withdrawn' AND NOT {WITHHELD} THEN v.said END)"


def json_lines_of(since: Since) -> Iterator[bytes]:
    """The changes as JSON lines."""
    return lines_of(f"COPY (SELECT {document_sql()}::text {FROM} WHERE {since.sql} {ORDER}) TO STDOUT ({AS_IT_IS})", b"\n")
