"""What the tool of the controllers works with, pure: tokens, Merkle trees, and the filter that reads an extraction in a stream.

Stands alone beside `opposition_tokens.py`: Python 3.11 and nothing else. A line whose identifier cannot be read stops everything: it never
passes for the line of somebody who does not object.
"""

import csv
import hashlib
import hmac
import io
import multiprocessing
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection
from typing import BinaryIO, NamedTuple

#: Bytes of a token: 128 bits of HMAC-SHA-256.
WIDTH = 16
SMALLEST_TREE = 16
#: Bytes that a worker takes at a time.
BLOCK = 1 << 21
_HEAD = struct.Struct("<II")
_FAULT = 0xFFFFFFFF


# --- tokens and trees ---
class Tokens:
    """What makes the tokens of one database under the secret key: HMAC-SHA-256 of base, study and identifier."""

    def __init__(self, key: bytes, database: str, study: str = "") -> None:
        padded, said = key.ljust(64, b"\0"), f"guichet/tokens/1|{database}|{study}|".encode()
        self.inner = hashlib.sha256(bytes(one ^ 0x36 for one in padded) + said)
        self.outer = hashlib.sha256(bytes(one ^ 0x5C for one in padded))

    def of(self, identifier: bytes) -> bytes:
        """The token of an identifier."""
        inner, outer = self.inner.copy(), self.outer.copy()
        inner.update(identifier)
        outer.update(inner.digest())
        return outer.digest()[:WIDTH]


def root_of(leaves: Iterable[bytes]) -> str:
    """The root of the Merkle tree of RFC 9162 over these leaves, in their order, with the memory of one branch."""
    peaks: list[bytes] = []
    sha256 = hashlib.sha256
    for index, leaf in enumerate(leaves):
        found = sha256(b"\0" + leaf).digest()
        while index & 1:
            found = sha256(b"\1" + peaks.pop() + found).digest()
            index >>= 1
        peaks.append(found)
    if not peaks:
        return sha256(b"").hexdigest()
    found = peaks.pop()
    while peaks:
        found = sha256(b"\1" + peaks.pop() + found).digest()
    return found.hex()


def receipts_root(leaves: Iterable[bytes], padding: bytes) -> tuple[int, str]:
    """Size and root of the tree of the receipts, filled up to a power of two so that its size says nothing of small numbers."""
    held = set(leaves)
    size = max(SMALLEST_TREE, 1 << (len(held) - 1).bit_length()) if held else SMALLEST_TREE
    held |= {hmac.digest(padding, str(place).encode(), "sha256") for place in range(size - len(held))}
    return size, root_of(sorted(held))


def tidy(cell: bytes) -> bytes:
    """An identifier as it enters a token: without the spaces around it."""
    return cell.strip()


def tidy_number(cell: bytes) -> bytes:
    """A number of registration as it enters a token: thirteen characters without spaces and without its check key."""
    number = cell.strip().replace(b" ", b"").upper()
    return number[:13] if len(number) in (13, 15) else b""


KINDS = {"texte": tidy, "nir": tidy_number}


# --- the filter ---
class Rule(NamedTuple):
    """What a worker needs to know whether a line leaves: where the identifier stands, how it is read, and the tokens."""

    place: int
    columns: int
    delimiter: bytes
    kind: str
    makers: tuple[Tokens, ...]
    shelves: list[bytes]


def shelves_of(tokens: bytes) -> list[bytes]:
    """Sorted tokens by their first two bytes, run together: a sixth of the memory of a set, and workers share it without copying it."""
    shelves, start = [b""] * 65_536, 0
    for at in range(WIDTH, len(tokens) + WIDTH, WIDTH):
        if tokens[at : at + 2] != tokens[start : start + 2]:
            shelves[tokens[start] << 8 | tokens[start + 1]] = tokens[start:at]
            start = at
    return shelves


class Fault(ValueError):
    """A line that cannot be judged: its place in the block, and why."""


def keep(block: bytes, rule: Rule) -> tuple[int, list[bytes]]:
    """How many lines a block of whole lines has, and those of nobody who objects. Raises Fault: a line that cannot be read never passes."""
    kept: list[bytes] = []
    lines = block.split(b"\n")
    if not lines[-1]:
        lines.pop()
    plain, place, most, delimiter, tidied = b'"' not in block, rule.place, rule.columns - 1, rule.delimiter, KINDS[rule.kind]
    shelves, makers = rule.shelves, [maker.of for maker in rule.makers]
    for number, line in enumerate(lines):
        if line.count(delimiter) != most and plain:
            raise Fault(number, "n'a pas autant de colonnes que l'en-tête")
        name = tidied(line.split(delimiter, place + 1)[place] if plain else _quoted(number, line, rule))
        if not name:
            raise Fault(number, "n'a pas d'identifiant")
        for of in makers:
            token = of(name)
            if token in shelves[token[0] << 8 | token[1]]:
                break
        else:
            kept.append(line)
    return len(lines), kept


def _quoted(number: int, line: bytes, rule: Rule) -> bytes:
    if line.count(b'"') & 1:
        raise Fault(number, "a un guillemet ouvert : les retours à la ligne dans une cellule ne sont pas acceptés")
    cells = next(csv.reader(io.StringIO(line.decode("latin-1"), newline=""), delimiter=rule.delimiter.decode()), [])
    if len(cells) != rule.columns:
        raise Fault(number, "n'a pas autant de colonnes que l'en-tête")
    return cells[rule.place].encode("latin-1")


# --- the stream ---
def blocks_of(source: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """The rest of a stream in blocks of whole lines."""
    carried: list[bytes] = []
    while read := source.read(size):
        cut = read.rfind(b"\n") + 1
        if not cut:
            carried.append(read)
            continue
        yield b"".join([*carried, read[:cut]])
        carried = [read[cut:]] if cut < len(read) else []
    if carried:
        yield b"".join(carried)


def filtered(blocks: Iterable[bytes], rule: Rule, jobs: int) -> Iterator[tuple[int, int, bytes]]:
    """For each block, in their order: its lines, how many stay, and their bytes. Raises Fault with the line counted from the first block.

    Each worker has one block at a time, so that the memory does not grow with the extraction.
    """
    waiting: deque[Connection] = deque()
    done = 0
    with ExitStack() as leaving:
        workers = [_worker(rule, leaving) for _each in range(jobs)]
        for place, block in enumerate(blocks):
            if len(waiting) == jobs:
                yield (answer := _answer(waiting.popleft(), done))
                done += answer[0]
            workers[place % jobs].send_bytes(block)
            waiting.append(workers[place % jobs])
        while waiting:
            yield (answer := _answer(waiting.popleft(), done))
            done += answer[0]


def _worker(rule: Rule, leaving: ExitStack) -> Connection:
    """A process of its own that shares the tokens, and the line to it."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, rule), daemon=True)
    process.start()
    leaving.callback(process.join)
    leaving.callback(process.kill)
    return here


def _serve(line: Connection, rule: Rule) -> None:
    while True:
        try:
            count, kept = keep(line.recv_bytes(), rule)
        except Fault as fault:
            line.send_bytes(_HEAD.pack(int(fault.args[0]), _FAULT) + str(fault.args[1]).encode())
            continue
        line.send_bytes(_HEAD.pack(count, len(kept)) + b"\n".join([*kept, b""]))


def _answer(line: Connection, done: int) -> tuple[int, int, bytes]:
    told = line.recv_bytes()
    count, kept = _HEAD.unpack_from(told)
    if kept == _FAULT:
        raise Fault(done + count, told[_HEAD.size :].decode())
    return count, kept, told[_HEAD.size :]
