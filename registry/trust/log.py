"""The log as the database keeps it: appending versions, and the hashes that roots and proofs rest on, in few reads.

A version enters the log in the transaction that publishes it, under the lock of the registry's state, so that places are given in the
order of the commits. What a bulk load wrote past `publication.write` is taken in by `catch_up`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from registry.models import FicheVersion, RegistryState
from registry.trust import merkle
from registry.trust.merkle import Hashes, Node, Tree
from registry.trust.models import LogEntry, LogNode

BATCH = 2000


def size() -> int:
    """How many versions the log holds."""
    last: int | None = LogEntry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def read(nodes: Iterable[Node]) -> Hashes:
    """The hashes of complete subtrees: one query for the leaves, one for the branches. KeyError later for one that is missing."""
    wanted = list(nodes)
    leaves = [node.place for node in wanted if node.level == 0]
    keys = [LogNode.key_of(node) for node in wanted if node.level]
    found: dict[Node, bytes] = {}
    if leaves:
        rows = LogEntry.objects.filter(index__in=leaves).order_by("index").values_list("index", "leaf_hash")
        found |= {Node(0, index): bytes(hashed) for index, hashed in rows}
    if keys:
        found |= {row.node: bytes(row.hash) for row in LogNode.objects.filter(key__in=keys).order_by("key")}
    return found


def root(of_size: int) -> bytes:
    """The root of the log when it held so many versions."""
    return merkle.root_of(of_size, read)


def inclusion(index: int, of_size: int) -> list[bytes]:
    """The proof that the log of this size holds the entry of this index; ValueError when it does not."""
    return merkle.hashes_of(merkle.path_to(index, of_size), read)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the log of the old size is the beginning of that of the new one; ValueError when there is no such log."""
    if new > size():
        raise ValueError("the log is not so long")
    return merkle.hashes_of(merkle.path_between(old, new), read)


def enter(version: FicheVersion) -> None:
    """A new version enters the log; called while the registry's state is locked."""
    _append([version])


def _append(versions: Sequence[FicheVersion]) -> None:
    tree = Tree.of(size(), read)
    entries, nodes = [], []
    for version in versions:
        leaf = merkle.leaf_hash(version.canonical)
        entries.append(LogEntry(index=tree.size, version=version, leaf_hash=leaf))
        nodes += [LogNode(key=LogNode.key_of(node), hash=found) for node, found in tree.add(leaf)]
    LogEntry.objects.bulk_create(entries)
    LogNode.objects.bulk_create(nodes)


def catch_up() -> int:
    """Take in the versions that were written past the log, in the order of their publication; the answer is how many there were."""
    taken, after = 0, (-1, 0)
    while batch := _batch_after(after):
        taken += len(batch)
        after = (batch[-1].state_version, batch[-1].pk)
    return taken


@transaction.atomic
def _batch_after(after: tuple[int, int]) -> list[FicheVersion]:
    """Append the next versions without a place, nobody else publishing meanwhile."""
    list(RegistryState.objects.select_for_update().order_by("pk"))
    state, pk = after
    later = Q(state_version__gt=state) | Q(state_version=state, pk__gt=pk)
    missing = FicheVersion.objects.filter(later, log_entry=None).select_related("fiche").order_by("state_version", "pk")
    batch = list(missing.defer("fiche__said", "fiche__body")[:BATCH])
    if batch:
        _append(batch)
    return batch
