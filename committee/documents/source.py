"""What a paper says, as plain data: facts, chapters, blocks. Both files are set from it, and it is what the paper keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

TEXT, HEADING, POINTS, TABLE = "text", "heading", "points", "table"


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading inside a chapter, a list or a table.

    `about` says of which dossier each row of a table speaks, or which other dossier a paragraph names.
    """

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    about: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One chapter; of one dossier, at its place on the agenda, when it speaks of a dossier."""

    title: str
    blocks: tuple[Block, ...] = ()
    dossier: int | None = None
    place: int | None = None


@dataclass(frozen=True)
class Source:
    """One paper; the number is given last, when it is made."""

    kind: str
    subject: str
    title: str
    facts: tuple[tuple[str, str], ...]
    chapters: tuple[Chapter, ...]
    closing: tuple[str, ...] = ()
    operator: str = ""
    number: str = ""
    made_on: str = ""
    check_at: str = ""
    #: What a reader's own copy lacks; empty in the sealed paper.
    lacks: str = ""

    def as_data(self) -> dict[str, Any]:
        """The source as the database keeps it."""
        return asdict(self)

    @property
    def dossiers(self) -> frozenset[int]:
        """The dossiers of which it speaks."""
        rows = (one for chapter in self.chapters for block in chapter.blocks for one in block.about)
        return frozenset(pk for pk in [*(chapter.dossier for chapter in self.chapters), *rows] if pk is not None)


def words(text: str, about: Iterable[int] = ()) -> Block:
    """A paragraph."""
    return Block(TEXT, text, about=tuple(about))


def heading(text: str) -> Block:
    """A heading inside a chapter."""
    return Block(HEADING, text)


def points(items: Iterable[str]) -> Block:
    """A list."""
    return Block(POINTS, items=tuple(items))


def table(head: Iterable[str], rows: Iterable[Iterable[str]], about: Iterable[int | None] = ()) -> Block:
    """A table with its heading row."""
    return Block(TABLE, head=tuple(head), rows=tuple(tuple(row) for row in rows), about=tuple(about))


def from_data(data: Mapping[str, Any]) -> Source:
    """The source that the database keeps."""
    facts = tuple((label, value) for label, value in data["facts"])
    return Source(**{**data, "facts": facts, "chapters": tuple(map(chapter_from, data["chapters"])), "closing": tuple(data["closing"])})


def chapter_from(data: Mapping[str, Any]) -> Chapter:
    """One chapter of it."""
    return Chapter(**{**data, "blocks": tuple(map(_block_from, data["blocks"]))})


def _block_from(data: Mapping[str, Any]) -> Block:
    rows = tuple(tuple(row) for row in data["rows"])
    return Block(data["kind"], data["text"], tuple(data["items"]), tuple(data["head"]), rows, tuple(data["about"]))


def without(source: Source, hidden: frozenset[int]) -> Source:
    """The copy of a reader who takes no part in these dossiers: of each there is its place on the agenda, and nothing else."""
    if not source.dossiers & hidden:
        return source
    chapters = tuple(_chapter_without(chapter, hidden) for chapter in source.chapters)
    lacks = _("Reader’s copy: the parts on dossiers in which you take no part are left out. It is not the sealed paper.")
    return replace(source, chapters=chapters, lacks=lacks)


def _chapter_without(chapter: Chapter, hidden: frozenset[int]) -> Chapter:
    if chapter.dossier in hidden:
        title = _("Dossier no. %(place)d") % {"place": chapter.place or 0}
        return Chapter(title, (words(_left_out()),), None, chapter.place)
    return replace(chapter, blocks=tuple(_block_without(block, hidden) for block in chapter.blocks))


def _block_without(block: Block, hidden: frozenset[int]) -> Block:
    if not hidden & {pk for pk in block.about if pk is not None}:
        return block
    if block.kind != TABLE:
        return words(_left_out())
    rows = tuple(_row_without(row) if pk in hidden else row for row, pk in zip(block.rows, block.about, strict=True))
    return replace(block, rows=rows, about=tuple(None if pk in hidden else pk for pk in block.about))


def _row_without(row: tuple[str, ...]) -> tuple[str, ...]:
    """The place on the agenda, and nothing that names the dossier."""
    return (row[0], _left_out(), *("" for _cell in row[2:]))


def _left_out() -> str:
    return _("You take no part in the examination of this dossier: its part is not in your copy.")
