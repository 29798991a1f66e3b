"""How far a negotiated text may go: a locked clause stays word for word, another changes by its parameters alone, the rest is free."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from contracts.text.assemble import article_of
from contracts.text.bodies import PLACEHOLDER, blocks_of
from contracts.text.clauses import ClauseText, in_bounds
from contracts.text.difference import ArticleChange, Change, difference
from contracts.text.document import Article, Document, Negotiable
from contracts.text.errors import BadValue
from contracts.text.facts import FACTS, OWN
from contracts.text.values import NARROW, NO_BREAK, SEVERAL, Type, Value, kept, read_kept, read_said, said

Clauses = Mapping[tuple[str, int], ClauseText]


class Why(StrEnum):
    """Why a change goes too far."""

    LOCKED_CHANGED = "locked_changed"
    LOCKED_REMOVED = "locked_removed"
    BEYOND_PARAMETERS = "beyond_parameters"
    OUT_OF_BOUNDS = "out_of_bounds"


@dataclass(frozen=True)
class Trespass:
    """A clause that was changed further than it may be; the article as it should stand."""

    code: str
    why: Why
    article: Article


def trespasses(before: Document, after: Document, clauses: Clauses) -> tuple[Trespass, ...]:
    """The clauses changed between two texts further than they may be. `clauses` holds those of the text before, by code and version."""
    found = (_trespass(change, before, clauses) for change in difference(before, after))
    return tuple(one for one in found if one is not None)


def _trespass(change: ArticleChange, before: Document, clauses: Clauses) -> Trespass | None:
    article = change.before
    if article is None or change.kind is Change.SAME or article.negotiable is Negotiable.FREE:
        return None
    if change.after is None:
        return Trespass(article.code, Why.LOCKED_REMOVED, article)
    if article.negotiable is Negotiable.LOCKED:
        return Trespass(article.code, Why.LOCKED_CHANGED, article)
    clause = clauses.get((article.code, article.version))
    said_now = parameters_said(clause, change.after, before) if clause else None
    if clause is None or said_now is None:
        return Trespass(article.code, Why.BEYOND_PARAMETERS, article)
    return None if _are_in_bounds(clause, said_now) else Trespass(article.code, Why.OUT_OF_BOUNDS, article)


def _are_in_bounds(clause: ClauseText, values: Mapping[str, Value]) -> bool:
    return all(in_bounds(one, values[one.code]) for one in clause.parameters if one.code in values)


# ---- which parameters a text says


def parameters_said(clause: ClauseText, article: Article, document: Document) -> dict[str, Value] | None:
    """The parameters that an article says when it is the clause otherwise word for word; None when it is not."""
    try:
        facts = {code: read_kept(code, FACTS[code].type, text) for code, text in document.facts.items() if code in FACTS}
        values = _values(clause, article, facts, document.language)
        again = article_of(clause, facts, values, document.language)
    except (BadValue, KeyError):
        return None
    return values if (again.title, again.blocks) == (article.title, article.blocks) else None


def _values(clause: ClauseText, article: Article, facts: Mapping[str, Value], language: str) -> dict[str, Value]:
    """What stands in the places of the parameters; a place in a list of facts or a long parameter keeps its value."""
    found: dict[str, Value] = {}
    for one in clause.parameters:
        if one.type in SEVERAL and one.code in article.parameters:
            found[one.code] = read_kept(one.code, one.type, article.parameters[one.code])
    written = [clause.title.said(language), *(item for block in blocks_of(clause.body.said(language)) for item in block.items)]
    for pattern in written:
        if OWN in pattern:
            found |= _found_in(clause, pattern, article.lines, facts, language)
    return found


def _found_in(clause: ClauseText, pattern: str, lines: tuple[str, ...], facts: Mapping[str, Value], language: str) -> dict[str, Value]:
    expression = re.compile("".join(_piece(clause, part, facts, language) for part in _parts(pattern)))
    match = next((found for line in lines if (found := expression.fullmatch(line))), None)
    if match is None:
        return {}
    kinds = {one.code: one.type for one in clause.parameters}
    return {code: read_said(code, kinds[code], words, language) for code, words in match.groupdict().items()}


def _parts(pattern: str) -> list[tuple[str, str]]:
    """The pieces of a line: ("", words) and (code, "") in turn; a code that comes twice is told apart only once."""
    pieces = PLACEHOLDER.split(pattern)
    return [("", piece) if place % 2 == 0 else (piece, "") for place, piece in enumerate(pieces)]


def _piece(clause: ClauseText, part: tuple[str, str], facts: Mapping[str, Value], language: str) -> str:
    code, words = part
    if not code:
        return re.escape(words)
    if code.startswith(OWN):
        return _group(clause, code.removeprefix(OWN))
    return re.escape(said(facts[code], FACTS[code].type, language))


#: What the words of a value of each type look like.
_LOOKS = {
    Type.INTEGER: f"[0-9][0-9{NARROW}{NO_BREAK},. ]*?",
    Type.AMOUNT: f"€?[0-9][0-9{NARROW}{NO_BREAK},. ]*?€?",
    Type.DAY: f"[0-9]{{1,2}}(?:er)?[{NO_BREAK} ][^\\W\\d]+[{NO_BREAK} ][0-9]{{4}}",
    Type.YES_NO: "oui|non|yes|no",
}


def _group(clause: ClauseText, code: str) -> str:
    parameter = clause.parameter(code)
    looks = _LOOKS.get(parameter.type, ".{1,300}?") if parameter else ".{1,300}?"
    return f"(?P<{code}>{looks})"


def with_parameters(article: Article, values: Mapping[str, Value]) -> Article:
    """The article, holding the parameters that it says."""
    return replace(article, parameters={code: kept(value) for code, value in sorted(values.items())})
