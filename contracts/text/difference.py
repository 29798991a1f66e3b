"""What changes between two texts: clause by clause (added, removed, changed, moved, parameters), and word by word inside a clause."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.text.bodies import blocks_of
from contracts.text.document import Article, Block, Document


class Change(StrEnum):
    """What happened to a clause."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Word(StrEnum):
    """What happened to words."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Run:
    """Words that stand in a row and fare alike."""

    kind: Word
    text: str


@dataclass(frozen=True)
class Line:
    """One title, paragraph or item, as runs; `block` is its kind in the text where it stands."""

    block: str
    runs: tuple[Run, ...]

    @property
    def is_changed(self) -> bool:
        """Does it differ?"""
        return any(run.kind is not Word.SAME for run in self.runs)


@dataclass(frozen=True)
class ParameterChange:
    """A parameter of a clause whose value differs; empty where the clause has it on one side only."""

    code: str
    before: str
    after: str


@dataclass(frozen=True)
class ArticleChange:
    """A clause in both texts, or in one of them. `moved`: its order among the clauses that both have differs."""

    code: str
    kind: Change
    before: Article | None
    after: Article | None
    moved: bool = False
    parameters: tuple[ParameterChange, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def article(self) -> Article:
        """The clause as it stands after; as it stood before, when it is removed."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def is_changed(self) -> bool:
        """Is there anything to be read?"""
        return self.kind is not Change.SAME or self.moved


def difference(before: Document, after: Document) -> tuple[ArticleChange, ...]:
    """Every clause of either text, in the order of the one after; a removed clause stands where it stood."""
    old, new = {one.code: one for one in before.articles}, {one.code: one for one in after.articles}
    moved = _moved([code for code in old if code in new], [code for code in new if code in old])
    return tuple(_compared(old.get(code), new.get(code), code in moved) for code in _merged(list(old), list(new)))


def changed_only(changes: Sequence[ArticleChange]) -> list[ArticleChange]:
    """The clauses in which there is something to be read."""
    return [one for one in changes if one.is_changed]


def _merged(old: list[str], new: list[str]) -> list[str]:
    """The codes of the new order, each code that is gone right after the one that it followed."""
    merged = list(new)
    for place, code in enumerate(old):
        if code not in merged:
            merged.insert(merged.index(old[place - 1]) + 1 if place else 0, code)
    return merged


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The codes that no longer stand in the order of the others."""
    matches = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return set(old) - {code for match in matches for code in old[match.a : match.a + match.size]}


def _compared(before: Article | None, after: Article | None, moved: bool) -> ArticleChange:
    kind = _kind(before, after)
    code = (after or before).code  # type: ignore[union-attr]
    lines = lines_between(_lines(before), _lines(after))
    return ArticleChange(code, kind, before, after, moved, parameters_between(before, after), lines)


def _kind(before: Article | None, after: Article | None) -> Change:
    if before is None:
        return Change.ADDED
    if after is None:
        return Change.REMOVED
    same = (before.title, before.blocks, before.parameters) == (after.title, after.blocks, after.parameters)
    return Change.SAME if same else Change.CHANGED


def parameters_between(before: Article | None, after: Article | None) -> tuple[ParameterChange, ...]:
    """The parameters that differ between two states of a clause; none for a clause that came or went."""
    if before is None or after is None:
        return ()
    old: Mapping[str, str] = before.parameters
    codes = dict.fromkeys((*old, *after.parameters))
    pairs = ((code, old.get(code, ""), after.parameters.get(code, "")) for code in codes)
    return tuple(ParameterChange(*pair) for pair in pairs if pair[1] != pair[2])


# ---- words


def _lines(article: Article | None) -> list[tuple[str, str]]:
    if article is None:
        return []
    return [("title", article.title), *((block.kind.value, item) for block in article.blocks for item in block.items)]


def lines_of_blocks(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """The lines of blocks, each with the kind of its block, as `lines_between` takes them."""
    return [(block.kind.value, item) for block in blocks for item in block.items]


def lines_between(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> tuple[Line, ...]:
    """The lines of both, aligned: those that stay, and within those that resemble each other the words that changed."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    lines: list[Line] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            lines += [Line(kind, (Run(Word.SAME, text),)) for kind, text in after[c:d]]
        else:
            lines += _paired(before[a:b], after[c:d])
    return tuple(lines)


#: Below this likeness two lines are told as one removed and one added: words in common would only confuse.
LIKE = 0.4


def _paired(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> Iterator[Line]:
    """Within a replaced stretch, each new line beside the old one it resembles, in order; between these what goes, then what comes."""
    waiting, coming = list(old), list[Line]()
    for kind, text in new:
        place = _likeness(waiting, text)
        if place is None:
            coming.append(Line(kind, (Run(Word.INSERTED, text),)))
            continue
        yield from (Line(gone, (Run(Word.DELETED, words),)) for gone, words in waiting[:place])
        yield from coming
        yield Line(kind, words_between(waiting[place][1], text))
        coming = []
        del waiting[: place + 1]
    yield from (Line(gone, (Run(Word.DELETED, words),)) for gone, words in waiting)
    yield from coming


def _likeness(waiting: Sequence[tuple[str, str]], text: str) -> int | None:
    cut = _cut(text)
    found = [difflib.SequenceMatcher(None, _cut(words), cut, autojunk=False).ratio() for _kind, words in waiting]
    best = max(found, default=0.0)
    return found.index(best) if best >= LIKE else None


_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def _cut(text: str) -> list[str]:
    return _TOKEN.findall(text)


def words_between(before: str, after: str) -> tuple[Run, ...]:
    """One line word by word: its runs without the inserted ones say the text before, without the deleted ones the text after."""
    old, new = _cut(before), _cut(after)
    runs: list[Run] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run(Word.SAME, "".join(new[c:d])))
            continue
        runs += [Run(kind, text) for kind, text in ((Word.DELETED, "".join(old[a:b])), (Word.INSERTED, "".join(new[c:d]))) if text]
    return tuple(runs)


def text_before(runs: Sequence[Run]) -> str:
    """The text that the runs change."""
    return "".join(run.text for run in runs if run.kind is not Word.INSERTED)


def text_after(runs: Sequence[Run]) -> str:
    """The text that the runs give."""
    return "".join(run.text for run in runs if run.kind is not Word.DELETED)


def lines_of_bodies(before: str, after: str) -> tuple[Line, ...]:
    """Two bodies of a clause, placeholders and all, line by line."""
    return lines_between(lines_of_blocks(blocks_of(before)), lines_of_blocks(blocks_of(after)))
