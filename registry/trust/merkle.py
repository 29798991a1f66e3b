"""The Merkle tree of RFC 9162 (section 2.1), pure: hashes, which complete subtrees a root or a proof rests on, and its verification.

Nothing is read here. A complete subtree is named by a `Node`: its level (0 for a leaf) and its place among those of that level. A hash
of any part of the tree is put together from at most log2(size) complete subtrees, so that whoever keeps their hashes answers every
question with few reads (ADR 10).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: it covers the leaves from `place << level` on, `1 << level` of them."""

    level: int
    place: int


class Range(NamedTuple):
    """Neighbouring leaves, from `start` up to and without `end`, that stand together as one branch of the tree."""

    start: int
    end: int


Hashes = Mapping[Node, bytes]
Read = Callable[[Iterable[Node]], Hashes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf; its prefix keeps a branch from passing for an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a branch."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The greatest power of two below a size of at least 2: where RFC 9162 parts a tree."""
    return 1 << (size - 1).bit_length() - 1


def nodes_of(part: Range) -> Iterator[Node]:
    """The complete subtrees that a branch consists of, from left to right."""
    start, left = part.start, part.end - part.start
    while left:
        level = left.bit_length() - 1
        yield Node(level, start >> level)
        start += 1 << level
        left -= 1 << level


def completed_by(index: int) -> Iterator[Node]:
    """The branches that become complete with the leaf of this index, from the lowest to the highest."""
    level = 1
    while (index + 1) & ((1 << level) - 1) == 0:
        yield Node(level, index >> level)
        level += 1


def path_to(index: int, size: int) -> list[Range]:
    """What the inclusion proof of a leaf in a tree of this size holds, from the leaf upwards (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(Range(middle, end))
            end = middle
        else:
            path.append(Range(start, middle))
            start = middle
    return path[::-1]


def path_between(old: int, new: int) -> list[Range]:
    """What the proof holds that the tree of the old size is the beginning of the new one (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("a tree grows")
    path, start, end, is_old_tree = [], 0, new, True
    while old < end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(Range(middle, end))
            end = middle
        else:
            path.append(Range(start, middle))
            start, is_old_tree = middle, False
    return path[::-1] if is_old_tree else [Range(start, end), *path[::-1]]


def hash_of(part: Range, known: Hashes) -> bytes:
    """The hash of a branch from those of its complete subtrees; that of no leaf is the hash of nothing."""
    *others, last = [known[node] for node in nodes_of(part)] or [EMPTY]
    for one in reversed(others):
        last = node_hash(one, last)
    return last


def root_of(size: int, read: Read) -> bytes:
    """The root of the tree of a size."""
    return hashes_of([Range(0, size)], read)[0]


def hashes_of(parts: Sequence[Range], read: Read) -> list[bytes]:
    """The hashes of branches, such as the path of a proof, all their subtrees read at once."""
    known = read([node for part in parts for node in nodes_of(part)])
    return [hash_of(part, known) for part in parts]


def includes(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Does the path prove that the tree of this root holds the leaf hash at this place? (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def continues(*, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Does the path prove that the tree of the old root is the beginning of the tree of the new root? (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(one, older), node_hash(one, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, one)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


class Tree:
    """A tree in memory that grows by one leaf at a time and keeps its complete subtrees only: what a verifier needs."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf hash; the branches that it completed, with their hashes."""
        index, found, made = self.size, leaf, []
        for node in completed_by(index):
            found = node_hash(self._peaks.pop(), found)
            made.append((node, found))
        self._peaks.append(found)
        self.size += 1
        return made

    @classmethod
    def of(cls, size: int, read: Read) -> Tree:
        """The tree of a size, from the hashes that somebody keeps."""
        tree, nodes = cls(), list(nodes_of(Range(0, size)))
        known = read(nodes)
        tree.size, tree._peaks = size, [known[node] for node in nodes]
        return tree

    @property
    def root(self) -> bytes:
        """The root of what was added so far."""
        *others, last = self._peaks or [EMPTY]
        for one in reversed(others):
            last = node_hash(one, last)
        return last
