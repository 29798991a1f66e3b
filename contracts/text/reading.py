"""A counterparty's word-processor file becomes a document again: each article is found by its bookmark, nothing of the file is ever run."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import docx
from django.utils.translation import gettext_lazy as _
from docx.oxml.ns import qn

from contracts.text.clean import clean
from contracts.text.difference import ArticleChange, difference
from contracts.text.document import Article, Block, BlockKind, Document, Negotiable, numbered
from contracts.text.limits import Clauses, Trespass, parameters_said, trespasses, with_parameters
from contracts.text.parts import Part, PartKind, parts_of
from files.kinds import DOCX
from files.office import check
from files.refused import FileRefused, Reason
from workflow.refusals import Broken, RuleBroken

#: In bytes; a convention of forty pages is a few hundred kilobytes.
LARGEST = 10_000_000
MOST_PARAGRAPHS = 20_000
MOST_SIGNS = 3_000_000
#: The parts of a file whose words are not those of the text.
ASIDE = {"comments": "comments", "footnotes": "footnotes", "endnotes": "endnotes"}


@dataclass(frozen=True)
class Reading:
    """What was read: the text, what it changes of the one that was sent, where it goes too far, and what stands outside of any article."""

    document: Document
    changes: tuple[ArticleChange, ...]
    trespasses: tuple[Trespass, ...]
    #: Lines outside of the articles that the text sent did not have, and lines of it that are gone: they change nothing by themselves.
    added_outside: tuple[str, ...] = ()
    gone_outside: tuple[str, ...] = ()
    #: What the file holds beside the text: comments, footnotes, endnotes.
    aside: tuple[str, ...] = ()


@dataclass
class _Found:
    """A paragraph of the file: its words, what its style makes of it, and the list that it belongs to."""

    text: str
    kind: BlockKind
    is_heading: bool
    list_id: str = ""


@dataclass
class _Piece:
    """The paragraphs under one bookmark, or those outside of any (`code` empty)."""

    code: str
    paragraphs: list[_Found] = field(default_factory=list)


def read_docx(content: bytes, sent: Document, clauses: Clauses) -> Reading:
    """The text of a file that answers to the one sent. Raises FileRefused for what runs, fetches or hides something; RuleBroken."""
    body, file = _opened(content)
    pieces = _pieces(body, _Styles(file), {one.anchor for one in sent.articles})
    if not any(piece.code for piece in pieces):
        sentence = _("None of the articles of the convention was found in this file: start from the file that was sent to you.")
        raise RuleBroken(Broken(sentence, where="file"))
    gathered = _Gathered(sent, clauses)
    for piece in pieces:
        gathered.take(piece)
    document = replace(sent, articles=numbered(tuple(gathered.articles)), translation=None)
    outside = [found.text for found in gathered.left]
    expected = _outside(sent)
    return Reading(
        document=document,
        changes=difference(sent, document),
        trespasses=trespasses(sent, document, clauses),
        added_outside=tuple(text for text in outside if text not in expected),
        gone_outside=tuple(text for text in expected if text not in outside),
        aside=_aside(file),
    )


def _opened(content: bytes) -> tuple[Any, Any]:
    if len(content) > LARGEST:
        raise FileRefused(Reason.TOO_LARGE, {"size": f"{len(content) // 1_000_000} Mo", "most": f"{LARGEST // 1_000_000} Mo"})
    if check(io.BytesIO(content)) != DOCX:
        raise FileRefused(Reason.WRONG_TYPE, {"found": "ODT"})
    try:
        file = docx.Document(io.BytesIO(content))
        body = file.element.body
    except Exception:  # hostile bytes make a reader fail in every way there is
        raise FileRefused(Reason.DAMAGED) from None
    signs = sum(len(one.text or "") for one in body.iter(qn("w:t")))
    if signs > MOST_SIGNS or sum(1 for _one in body.iter(qn("w:p"))) > MOST_PARAGRAPHS:
        raise FileRefused(Reason.BOMB)
    return body, file


# ---- paragraphs


class _Styles:
    """What a paragraph is, by its style and its numbering."""

    def __init__(self, file: Any) -> None:
        self.names = {one.style_id: one.name.lower() for one in file.styles if one.style_id and one.name}
        self.bullets = self._bullets(file)

    def _bullets(self, file: Any) -> dict[str, bool]:
        """Of each numbering, whether its first level is a bullet."""
        try:
            numbering = file.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return {}
        formats = {}
        for one in numbering.iter(qn("w:abstractNum")):
            first = one.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
            formats[one.get(qn("w:abstractNumId"))] = first is not None and first.get(qn("w:val")) == "bullet"
        found = {}
        for one in numbering.iter(qn("w:num")):
            abstract = one.find(qn("w:abstractNumId"))
            found[one.get(qn("w:numId"))] = abstract is not None and formats.get(abstract.get(qn("w:val")), False)
        return found

    def found(self, paragraph: Any, text: str) -> _Found:
        """The paragraph with what it is."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = self.names.get(style.get(qn("w:val")), "") if style is not None else ""
        number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        number_id = number.get(qn("w:val"), "") if number is not None else ""
        kind = self._kind(name, number_id)
        return _Found(text, kind, name.startswith(("heading", "title")), number_id if kind is BlockKind.NUMBERED else "")

    def _kind(self, name: str, number_id: str) -> BlockKind:
        if number_id and number_id != "0" and number_id in self.bullets:
            return BlockKind.LIST if self.bullets[number_id] else BlockKind.NUMBERED
        if name.startswith("list bullet"):
            return BlockKind.LIST
        return BlockKind.NUMBERED if name.startswith("list number") else BlockKind.PARAGRAPH


def _pieces(body: Any, styles: _Styles, anchors: set[str]) -> list[_Piece]:
    """The paragraphs in order, each under the bookmark that is open where it begins or within it."""
    pieces = [_Piece("")]
    open_ids: dict[str, str] = {}
    begun = ""
    for element in body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:p")):
        if element.tag == qn("w:bookmarkStart"):
            continue
        if element.tag == qn("w:bookmarkEnd"):
            if open_ids.pop(element.get(qn("w:id")), "") == begun:
                begun = ""
            continue
        for mark in element.iter(qn("w:bookmarkStart")):
            if mark.get(qn("w:name")) in anchors:
                begun = open_ids[mark.get(qn("w:id"))] = mark.get(qn("w:name"))
        found = styles.found(element, clean(_text(element)))
        _place(pieces, begun, found)
    return pieces


def _place(pieces: list[_Piece], begun: str, found: _Found) -> None:
    code = begun.removeprefix("cl_")
    if pieces[-1].code != code:
        pieces.append(_Piece(code))
    if found.text:
        pieces[-1].paragraphs.append(found)


def _text(paragraph: Any) -> str:
    """The words of a paragraph as they stand once every tracked change is accepted; hidden words are shown."""
    return "".join(_words(paragraph))


def _words(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in (qn("w:del"), qn("w:moveFrom"), qn("w:pPr")):
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in (qn("w:br"), qn("w:tab"), qn("w:cr")):
            yield " "
        elif child.tag == qn("w:noBreakHyphen"):
            yield "-"
        elif child.tag != qn("w:p"):
            yield from _words(child)


# ---- articles


class _Gathered:
    """The articles as the file has them, and every paragraph that is in none of them: nothing is lost in silence.

    A heading of its own inside or after an article begins an article that is new.
    """

    def __init__(self, sent: Document, clauses: Clauses) -> None:
        self.sent, self.clauses, self.expected = sent, clauses, set(_outside(sent))
        self.articles: list[Article] = []
        self.left: list[_Found] = []
        self.seen: set[str] = set()

    def take(self, piece: _Piece) -> None:
        """The paragraphs of one piece."""
        for place, paragraphs in enumerate(_cut_at_headings(piece)):
            known = self.sent.article(piece.code) if piece.code and not place and piece.code not in self.seen else None
            if known is not None:
                self.seen.add(known.code)
                self.articles.append(_known(known, paragraphs, self.sent, self.clauses))
            elif self.seen and paragraphs and paragraphs[0].is_heading and paragraphs[0].text not in self.expected:
                self.articles.append(self._new(paragraphs))
            else:
                self.left += paragraphs

    def _new(self, paragraphs: list[_Found]) -> Article:
        taken = {one.code for one in (*self.articles, *self.sent.articles)}
        place = next(number for number in range(1, len(taken) + 2) if f"added_{number}" not in taken)
        return Article(f"added_{place}", 0, 0, _title(paragraphs[0].text), Negotiable.FREE, _blocks(paragraphs[1:]))


def _cut_at_headings(piece: _Piece) -> list[list[_Found]]:
    cut: list[list[_Found]] = [[]]
    for found in piece.paragraphs:
        if found.is_heading and cut[-1]:
            cut.append([])
        cut[-1].append(found)
    return cut


def _known(article: Article, paragraphs: list[_Found], sent: Document, clauses: Clauses) -> Article:
    headed = bool(paragraphs) and paragraphs[0].is_heading
    title = _title(paragraphs[0].text) if headed else article.title
    read = replace(article, title=title, blocks=_blocks(paragraphs[1:] if headed else paragraphs))
    clause = clauses.get((article.code, article.version))
    said = parameters_said(clause, read, sent) if clause is not None and article.parameters else None
    return read if said is None else with_parameters(read, said)


def _title(heading: str) -> str:
    """The title without “Article 3 –” before it."""
    before, mark, title = heading.partition(" – ")
    words = before.split()
    return title if mark and len(words) == 2 and words[1].isdigit() else heading


def _blocks(paragraphs: list[_Found]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for (kind, _list_id), group in groupby(paragraphs, key=lambda one: (one.kind, one.list_id)):
        texts = tuple(one.text for one in group)
        blocks += [Block(kind, (text,)) for text in texts] if kind is BlockKind.PARAGRAPH else [Block(kind, texts)]
    return tuple(blocks)


def _outside(sent: Document) -> tuple[str, ...]:
    """The lines of the text sent that stand outside of its articles, those of its tables and of its translation too."""
    lines: list[str] = []
    inside = False
    for part in parts_of(sent):
        if part.anchor.startswith("cl_"):
            inside = part.kind is not PartKind.END
        elif not inside:
            lines += _lines(part)
    return tuple(lines)


def _lines(part: Part) -> list[str]:
    cells = [cell for row in (part.head, *part.rows) for cell in row]
    return [text for text in (part.text, *part.items, *cells) if text]


def _aside(file: Any) -> tuple[str, ...]:
    names = [str(part.partname) for part in file.part.package.iter_parts()]
    return tuple(code for code, word in ASIDE.items() if any(name.endswith(f"/{word}.xml") for name in names))
