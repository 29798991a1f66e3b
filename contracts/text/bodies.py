"""The tiny language of clauses: paragraphs between blank lines, “- ” and “1. ” for lists, `[[code]]` for a fact, and nothing else."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from contracts.text.clean import clean
from contracts.text.document import Block, BlockKind

PLACEHOLDER = re.compile(r"\[\[([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\]\]")
_MARKS = re.compile(r"\[\[[^\[\]\n]{0,80}\]\]|\[\[|\]\]")
#: Before the first sign of a paragraph that would else be read as an item of a list.
ESCAPE = "\\"
_ITEM = re.compile(r"-[ \t]+(?P<words>.*)")
_NUMBERED = re.compile(r"[0-9]{1,2}[.)][ \t]+(?P<words>.*)")


class Fault(NamedTuple):
    """A placeholder that cannot stand: as it was typed, and the code that may have been meant."""

    typed: str
    meant: str


def blocks_of(body: str) -> tuple[Block, ...]:
    """The blocks of a body, their placeholders still in place."""
    return tuple(block for part in re.split(r"\n[ \t]*\n", _with_plain_ends(body)) for block in _blocks(part))


def _with_plain_ends(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(part: str) -> Iterator[Block]:
    kind, items = BlockKind.PARAGRAPH, [""]
    for line in part.split("\n"):
        found, words = _read_line(line.strip())
        if found is None:  # the line goes on with what is above
            items[-1] = f"{items[-1]} {words}"
        elif found is kind:
            items.append(words)
        else:
            yield from _closed(kind, items)
            kind, items = found, [words]
    yield from _closed(kind, items)


def _read_line(line: str) -> tuple[BlockKind | None, str]:
    if line.startswith(ESCAPE):
        return None, line[1:]
    if item := _ITEM.fullmatch(line):
        return BlockKind.LIST, item["words"]
    if item := _NUMBERED.fullmatch(line):
        return BlockKind.NUMBERED, item["words"]
    return None, line


def _closed(kind: BlockKind, items: list[str]) -> Iterator[Block]:
    told = tuple(words for item in items if (words := clean(item)))
    if told:
        yield Block(kind, told)


def body_of(blocks: tuple[Block, ...]) -> str:
    """The body that says these blocks: what a form shows when a text is edited."""
    return "\n\n".join(_written(block) for block in blocks)


def _written(block: Block) -> str:
    if block.kind is BlockKind.PARAGRAPH:
        return _as_paragraph(block.items[0])
    marks = [f"{place}. " if block.kind is BlockKind.NUMBERED else "- " for place in range(1, len(block.items) + 1)]
    return "\n".join(f"{mark}{item}" for mark, item in zip(marks, block.items, strict=True))


def _as_paragraph(words: str) -> str:
    """A paragraph that begins as an item would is marked, so that it is read back as a paragraph."""
    begins_as_item = words.startswith(ESCAPE) or _read_line(words)[0] is not None
    return f"{ESCAPE}{words}" if begins_as_item else words


def placeholders(text: str) -> tuple[str, ...]:
    """The codes that a body or a title calls, each once, in their order."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))


def faults_in(text: str, known: Collection[str]) -> list[Fault]:
    """The placeholders that nobody knows, and brackets that open or close none."""
    found = []
    for mark in _MARKS.findall(text):
        code = mark[2:-2].strip()
        if PLACEHOLDER.fullmatch(mark) and code in known:
            continue
        near = difflib.get_close_matches(code, list(known), n=1, cutoff=0.6) if code else []
        found.append(Fault(mark, near[0] if near else ""))
    return found
