"""What of the log is public: its entries line by line, its checkpoints, and the proof of one version.

What a withdrawn fiche had said is not repeated: the hash of each of its versions stands for it, so that the tree can still be computed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from registry.models import FicheVersion
from registry.trust import checkpoints, log
from registry.trust.models import Checkpoint, LogEntry, is_withheld

BATCH = 1000
#: What a public file says of itself, so that a reader knows how to read it.
FORMAT = "guichet-registry-log/1"
UNSHOWN = ("fiche__said", "fiche__body")


def versions_shown() -> QuerySet[FicheVersion]:
    """The versions with their fiche's number, and `withheld` where what they said is not shown any more."""
    shown: QuerySet[FicheVersion] = (
        FicheVersion.objects.annotate(withheld=is_withheld()).select_related("fiche").defer(*UNSHOWN, "fiche__lay_summary")
    )
    return shown


def entry_lines(start: int = 0) -> Iterator[bytes]:
    """The entries from an index on, one JSON object a line, read batch by batch however long the log is."""
    while batch := list(_entries().filter(index__gte=start).order_by("index")[:BATCH]):
        yield b"".join(_line(entry) for entry in batch)
        start = batch[-1].index + 1


def _entries() -> QuerySet[LogEntry]:
    unshown = (f"version__{name}" for name in (*UNSHOWN, "fiche__lay_summary"))
    entries = LogEntry.objects.annotate(withheld=is_withheld("version"))
    return entries.select_related("version__fiche").defer(*unshown)


def _line(entry: Any) -> bytes:
    """Index, leaf hash, and the canonical bytes as they were hashed, or which version it was whose content is not repeated."""
    head = f'{{"index":{entry.index},"leaf_hash":"{bytes(entry.leaf_hash).hex()}",'.encode()
    if entry.withheld:
        return head + b'"withheld":' + json.dumps(named(entry.version), separators=(",", ":")).encode() + b"}\n"
    return head + b'"content":' + entry.version.canonical + b"}\n"


def named(version: FicheVersion) -> dict[str, Any]:
    """Which version it is, without what it says."""
    return {"number": version.fiche.number, "version": version.number, "kind": version.kind, "at": version.at.isoformat()}


def checkpoint_lines() -> Iterator[bytes]:
    """Every checkpoint, one JSON object a line, the oldest first."""
    for one in Checkpoint.objects.order_by("day").iterator():
        yield json.dumps(_checkpoint(one), ensure_ascii=False).encode() + b"\n"


def _checkpoint(one: Checkpoint) -> dict[str, Any]:
    return {"day": one.day.isoformat(), "size": one.size, "root": one.root, "note": one.note, "key": one.verifier}


def proof_of(version: Any) -> dict[str, Any]:
    """What shows that a version stands in the log, by the first signed checkpoint that covers it, or else by the log as it is now."""
    entry = LogEntry.objects.get(version=version)
    signed = checkpoints.covering(entry.index)
    size = signed.size if signed else log.size()
    return {
        "format": FORMAT,
        "entry": named(version),
        "index": entry.index,
        "leaf_hash": bytes(entry.leaf_hash).hex(),
        "canonical": None if version.withheld else version.canonical.decode(),
        "tree_size": size,
        "root": signed.root if signed else log.root(size).hex(),
        "path": [one.hex() for one in log.inclusion(entry.index, size)],
        "checkpoint": _checkpoint(signed) if signed else None,
    }


def growth(old: int, new: int) -> dict[str, Any]:
    """What shows that the log of the old size is the beginning of that of the new one; ValueError when there is no such log."""
    path = log.consistency(old, new)
    sides = {"old_size": old, "old_root": log.root(old).hex(), "new_size": new, "new_root": log.root(new).hex()}
    return {"format": FORMAT, **sides, "path": [one.hex() for one in path]}
