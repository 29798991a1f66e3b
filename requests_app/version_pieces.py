"""The pieces of a filed version: which file of which kind stood in the dossier then, and what became of it from one version to the next.

A snapshot keeps them under a key of its own, with their fingerprints; it keeps no name, which stays in the piece's own row. One taken
before the pieces were kept has no such key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from requests_app.attachments import Attachment
from requests_app.content import PIECES

SAME, NEW, REPLACED, REMOVED = "same", "new", "replaced", "removed"

#: What became of a piece that is not as it was in the version before, and the colour of the badge.
BECAME: dict[str, tuple[Any, str]] = {
    NEW: (pgettext_lazy("piece", "Added"), "new"),
    REPLACED: (pgettext_lazy("piece", "Replaced"), "warning"),
    REMOVED: (pgettext_lazy("piece", "Removed"), "error"),
}


def pieces_now(dossier: Any) -> list[dict[str, Any]]:
    """The pieces that stand in the dossier now, as a version keeps them; papers of the procedure belong to their acts. Two queries.

    `line` is the first file in whose place this one came, `number` which of them it is: 1 for a piece that replaced nothing.
    """
    every = list(dossier.attachments.order_by("pk"))
    former = {piece.replaced_by_id: piece for piece in every if piece.replaced_by_id}
    papers = set(dossier.acts.exclude(document=None).values_list("document", flat=True))
    return [_kept(piece, former) for piece in every if piece.removed_at is None and piece.pk not in papers]


def _kept(piece: Attachment, former: Mapping[int, Attachment]) -> dict[str, Any]:
    first, number = piece, 1
    while (older := former.get(first.pk)) is not None:
        first, number = older, number + 1
    return {"piece": piece.pk, "line": first.pk, "number": number, "kind": piece.kind, "sha256": piece.sha256}


@dataclass(frozen=True)
class Shown:
    """One piece of a version: its kind, which file of its line it is, its row if that is still there, and what became of it."""

    kind: Any
    number: int
    sha256: str
    became: str
    piece: Attachment | None

    @property
    def label(self) -> Any:
        """What became of it, in words; nothing for a piece that is as it was."""
        return BECAME.get(self.became, ("", ""))[0]

    @property
    def tone(self) -> str:
        """The colour of what became of it."""
        return BECAME.get(self.became, ("", ""))[1]

    @property
    def link(self) -> Attachment | None:
        """The file, when it can be opened."""
        return self.piece if self.piece is not None and not self.piece.is_locked else None


def shown_by_version(dossier: Any, versions: Iterable[Any]) -> list[tuple[Any, list[Shown] | None]]:
    """Each version with its pieces, None where they were not kept yet; `versions` in their order. One query beside theirs."""
    versions = list(versions)
    listed = [version.snapshot.get(PIECES) for version in versions]
    rows = dossier.attachments.in_bulk({one["piece"] for pieces in listed for one in pieces or ()})
    before = [None, *listed][: len(listed)]
    return [
        (version, None if pieces is None else _shown(former, pieces, rows))
        for version, former, pieces in zip(versions, before, listed, strict=True)
    ]


def _shown(former: Iterable[Mapping[str, Any]] | None, now: Iterable[Mapping[str, Any]], rows: Mapping[int, Attachment]) -> list[Shown]:
    became = {one["piece"]: "" if former is None else _became(one, former) for one in now}
    lines = {one["line"] for one in now}
    gone = [one for one in former or () if one["line"] not in lines]
    kinds = dict(Attachment.Kind.choices)
    return [
        Shown(kinds.get(one["kind"], one["kind"]), one["number"], one["sha256"], became.get(one["piece"], REMOVED), rows.get(one["piece"]))
        for one in (*now, *gone)
    ]


def _became(one: Mapping[str, Any], former: Iterable[Mapping[str, Any]]) -> str:
    """A file of the same line, or the very same file sent again, is no new piece."""
    before = next((other for other in former if other["line"] == one["line"]), None)
    if before is None:
        return SAME if one["sha256"] in {other["sha256"] for other in former} else NEW
    return SAME if before["sha256"] == one["sha256"] else REPLACED
