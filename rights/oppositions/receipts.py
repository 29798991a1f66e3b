"""The tree of the receipts, pure: which leaf belongs to a tracking code, and how it is shown to stand in a version of a set.

The leaf is worked out of the code by a public function, so that whoever holds the code can do it alone (`tools/opposition_proof.py`):
a leaf that the window chose could be shown to two people. The derivation is slow on purpose: leaves are seen by the controller and, two by
two, by those who ask for a proof, and none of them may try codes. The tree is filled up to a power of two with leaves of nobody, so that a
proof does not say how few object (ADR 18).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

from registry.trust.merkle import Node, Tree, hash_of, leaf_hash, path_to

ROUNDS = 20_000
SMALLEST_TREE = 16
#: Leaves of one stored block: a complete subtree.
BLOCK = 1024


def secret_of(code: str) -> bytes:
    """What stands for a tracking code in every leaf: never stored."""
    return hashlib.pbkdf2_hmac("sha256", code.encode("ascii"), b"guichet/oppositions/1", ROUNDS)


def leaf_of(secret: bytes, database: str) -> bytes:
    """The leaf of one opposition: the secret of the receipt, bound to the database."""
    return hashlib.sha256(secret + b"|" + database.encode()).digest()


def leaves_with(held: Iterable[bytes], padding: bytes) -> list[bytes]:
    """The leaves of a version in their order, filled up with leaves of nobody."""
    found = set(held)
    size = max(SMALLEST_TREE, 1 << (len(found) - 1).bit_length()) if found else SMALLEST_TREE
    found |= {hmac.digest(padding, str(place).encode(), "sha256") for place in range(size - len(found))}
    return sorted(found)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree of these leaves (RFC 9162)."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(leaf))
    return tree.root


def blocks_of(leaves: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """The leaves in complete subtrees, each with its root: the leaves of one after another, as they are stored."""
    parts = [leaves[at : at + BLOCK] for at in range(0, len(leaves), BLOCK)]
    return [(b"".join(part), root_of(part)) for part in parts]


def path_in(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The path from a place of a complete tree of these hashes up to its root."""
    known = {Node(0, place): one for place, one in enumerate(hashes)}
    tree = Tree()
    for one in hashes:
        known |= dict(tree.add(one))
    return [hash_of(part, known) for part in path_to(index, len(hashes))]


def path_of(leaf: bytes, block: bytes, place: int, roots: Sequence[bytes]) -> tuple[int, list[bytes]] | None:
    """The index of a leaf that stands in this block, and the path that proves it; None when it does not stand there."""
    leaves = [block[at : at + 32] for at in range(0, len(block), 32)]
    if leaf not in leaves:
        return None
    within = leaves.index(leaf)
    path = path_in([leaf_hash(one) for one in leaves], within)
    return place * BLOCK + within, path + (path_in(roots, place) if len(roots) > 1 else [])
