"""The tree of RFC 9162: proofs verify for every size, and whatever was altered, removed or put in another order is detected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.trust.merkle import (
    EMPTY,
    Hashes,
    Node,
    Range,
    Tree,
    continues,
    hashes_of,
    includes,
    leaf_hash,
    node_hash,
    nodes_of,
    path_between,
    path_to,
    root_of,
    split,
)

ENTRIES = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def naive_root(entries: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


class Kept:
    """What the log keeps: every complete subtree; it counts what is read."""

    def __init__(self, entries: list[bytes]) -> None:
        self.hashes: dict[Node, bytes] = {}
        self.reads = 0
        tree = Tree()
        for index, entry in enumerate(entries):
            self.hashes[Node(0, index)] = leaf_hash(entry)
            self.hashes |= dict(tree.add(leaf_hash(entry)))

    def read(self, nodes: Iterable[Node]) -> Hashes:
        wanted = list(nodes)
        self.reads += len(wanted)
        return {node: self.hashes[node] for node in wanted}

    def root(self, size: int) -> bytes:
        return root_of(size, self.read)

    def path(self, index: int, size: int) -> list[bytes]:
        return hashes_of(path_to(index, size), self.read)

    def growth(self, old: int, new: int) -> list[bytes]:
        return hashes_of(path_between(old, new), self.read)


def test_the_published_vectors_of_certificate_transparency_hold() -> None:
    entries = [
        bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    ]
    kept = Kept(entries)
    assert kept.root(0) == EMPTY == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    assert kept.root(1).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert kept.root(8).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(ENTRIES)
def test_every_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    kept, tree = Kept(entries), Tree()
    for size, entry in enumerate(entries, start=1):
        tree.add(leaf_hash(entry))
        assert kept.root(size) == tree.root == naive_root(entries[:size])


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proved_in_a_tree_of_every_size(size: int) -> None:
    kept = Kept([bytes([number]) for number in range(size)])
    for index in range(size):
        path = kept.path(index, size)
        leaf = leaf_hash(bytes([index]))
        assert includes(leaf=leaf, index=index, size=size, path=path, root=kept.root(size))
        assert len(path) <= (size - 1).bit_length()


@pytest.mark.parametrize("new", range(1, 34))
def test_a_tree_of_every_size_is_proved_to_continue_each_older_one(new: int) -> None:
    kept = Kept([bytes([number]) for number in range(new)])
    for old in range(1, new + 1):
        assert continues(old=old, old_root=kept.root(old), new=new, new_root=kept.root(new), path=kept.growth(old, new))


@given(ENTRIES, st.data())
def test_a_proof_holds_for_its_own_entry_place_and_tree_only(entries: list[bytes], data: st.DataObject) -> None:
    kept, size = Kept(entries), len(entries)
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = kept.path(index, size), kept.root(size), leaf_hash(entries[index])
    assert includes(leaf=leaf, index=index, size=size, path=path, root=root)
    assert not includes(leaf=leaf_hash(entries[index] + b"!"), index=index, size=size, path=path, root=root)
    assert not includes(leaf=leaf, index=index, size=size, path=[*path, leaf], root=root)
    assert not includes(leaf=leaf, index=size, size=size, path=path, root=root)
    if path:
        bent = data.draw(st.integers(0, len(path) - 1))
        assert not includes(leaf=leaf, index=index, size=size, path=path[:-1], root=root)
        assert not includes(leaf=leaf, index=index, size=size, path=[*path[:bent], EMPTY, *path[bent + 1 :]], root=root)


@given(st.lists(st.binary(max_size=40), min_size=2, max_size=70, unique=True), st.data())
def test_an_entry_altered_removed_or_moved_gives_another_root_and_no_proof_of_growth(entries: list[bytes], data: st.DataObject) -> None:
    kept, old = Kept(entries), data.draw(st.integers(1, len(entries) - 1))
    place = data.draw(st.integers(0, old - 1))
    altered = [*entries[:place], entries[place] + b"!", *entries[place + 1 :]]
    removed = entries[:place] + entries[place + 1 :]
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda one: one != place))
    moved = list(entries)
    moved[place], moved[other] = moved[other], moved[place]
    for changed in (altered, removed, moved):
        forged = Kept(changed)
        assert forged.root(len(changed)) != kept.root(len(entries))
        if len(changed) < old or changed[:old] == entries[:old]:
            continue
        path = forged.growth(old, len(changed))
        assert not continues(old=old, old_root=kept.root(old), new=len(changed), new_root=forged.root(len(changed)), path=path)


@given(ENTRIES, st.data())
def test_a_proof_of_growth_holds_for_its_own_trees_only(entries: list[bytes], data: st.DataObject) -> None:
    kept, new = Kept(entries), len(entries)
    old = data.draw(st.integers(1, new))
    proof = {"old": old, "old_root": kept.root(old), "new": new, "new_root": kept.root(new), "path": kept.growth(old, new)}
    assert continues(**proof)
    assert not continues(**proof | {"new_root": EMPTY})
    assert not continues(**proof | {"old_root": EMPTY})
    assert not continues(**proof | {"path": [*proof["path"], EMPTY]})
    assert not continues(**proof | {"old": 0})
    if proof["path"]:
        assert not continues(**proof | {"path": proof["path"][:-1]})


@given(st.integers(0, 10**6 - 1), st.integers(1, 10**6))
def test_among_a_million_entries_a_proof_is_some_twenty_hashes_from_few_reads(index: int, old: int) -> None:
    size = 10**6
    for parts in (path_to(index, size), path_between(old, size), [Range(0, size)]):
        assert len(parts) <= 21
        assert sum(1 for part in parts for _node in nodes_of(part)) <= 40


def test_a_tree_taken_up_again_continues_as_if_it_had_never_stopped() -> None:
    entries = [bytes([number]) for number in range(40)]
    whole = Kept(entries)
    for size in range(40):
        tree = Tree.of(size, Kept(entries[:size]).read)
        made = [one for entry in entries[size:] for one in tree.add(leaf_hash(entry))]
        assert tree.root == whole.root(40)
        assert all(whole.hashes[node] == found for node, found in made)


def test_where_there_is_no_such_leaf_or_the_tree_shrinks_no_proof_is_made() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            path_to(index, size)
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="a tree grows"):
            path_between(old, new)


def test_a_branch_cannot_pass_for_an_entry() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
    assert split(2) == 1
    assert split(5) == 4
