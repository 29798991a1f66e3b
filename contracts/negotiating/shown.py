"""Proposals and comments as pages show them: the words that would change, the values, what may be done, whether they still fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.drafting.forms.writing import language as reader_language
from contracts.models import Convention
from contracts.negotiating.models import Comment, Proposal
from contracts.negotiating.queries import clauses_of, proposals_of
from contracts.negotiating.rules import clause_named, is_stale
from contracts.negotiating.states import TONES, Beyond
from contracts.text.clauses import ClauseText
from contracts.text.difference import ArticleChange, difference
from contracts.text.document import Article, Document
from contracts.text.errors import BadValue
from contracts.text.values import read_kept, said

Clauses = Mapping[tuple[str, int], ClauseText]


@dataclass(frozen=True)
class ShownValue:
    """A value that changes: what it is called, before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownChange:
    """What changes of one clause."""

    change: ArticleChange
    values: tuple[ShownValue, ...] = ()


@dataclass(frozen=True)
class ShownProposal:
    """A proposal, what it changes, and what the reader may do about it."""

    row: Proposal
    clause: str
    shown: ShownChange
    #: What has changed of the clause since the version that it was made against; None while it still fits.
    since: ShownChange | None
    is_mine: bool
    comments: tuple[Comment, ...] = ()

    @property
    def value(self) -> str:
        """Its key, as a form sends it."""
        return str(self.row.pk)

    @property
    def tone(self) -> str:
        """How its status is coloured."""
        return TONES[self.row.status]  # type: ignore[index]

    @property
    def beyond(self) -> Any:
        """How far it goes beyond what may be negotiated, in words."""
        return Beyond(self.row.beyond).label if self.row.beyond else ""

    @property
    def is_acceptable(self) -> bool:
        """May it become the text?"""
        return not self.row.is_locked and self.since is None


@dataclass(frozen=True)
class ShownClause:
    """A clause of the text with what was proposed and said about it; `article` is None for one that is not in the text."""

    code: str
    article: Article | None
    title: str
    open: list[ShownProposal] = field(default_factory=list)
    settled: list[ShownProposal] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def is_discussed(self) -> bool:
        """Was anything proposed or said about it?"""
        return bool(self.open or self.settled or self.comments)


def changes_shown(changes: Iterable[ArticleChange], language: str, clauses: Clauses | None = None) -> list[ShownChange]:
    """Changes with the names of their values; one query, none where no value changes."""
    found = list(changes)
    known = clauses if clauses is not None else _clauses_for(found)
    return [ShownChange(one, _values(one, language, known)) for one in found]


def _clauses_for(changes: Iterable[ArticleChange]) -> Clauses:
    concerned = [article for one in changes if one.parameters for article in (one.before, one.after) if article is not None]
    return clauses_of(concerned) if concerned else {}


def _values(change: ArticleChange, language: str, clauses: Clauses) -> tuple[ShownValue, ...]:
    clause = clauses.get((change.article.code, change.article.version))
    return tuple(_value(one.code, one.before, one.after, language, clause) for one in change.parameters)


def _value(code: str, before: str, after: str, language: str, clause: ClauseText | None) -> ShownValue:
    parameter = clause.parameter(code) if clause else None
    if parameter is None:
        return ShownValue(code, before, after)

    def told(text: str) -> str:
        """The value in words; as it is kept where it cannot be read."""
        try:
            return said(read_kept(code, parameter.type, text), parameter.type, language) if text else ""
        except BadValue:
            return text

    return ShownValue(parameter.label.said(language), told(before), told(after))


def between(document: Document, before: Article | None, after: Article | None) -> ArticleChange:
    """The difference between two states of one clause."""
    old, new = (replace(document, articles=(one,) if one else (), translation=None) for one in (before, after))
    return difference(old, new)[0]


def proposals_shown(convention: Convention, rows: list[Proposal], present: Document, user: Any) -> list[ShownProposal]:
    """These proposals as a person sees them; what they rest on is read in a constant number of queries."""
    pairs = [(row, between(present, row.before, row.after), _since(row, present)) for row in rows]
    clauses = _clauses_for([change for _row, *changes in pairs for change in changes if change is not None])
    language = reader_language()

    def drawn(change: ArticleChange | None) -> ShownChange | None:
        return changes_shown([change], language, clauses)[0] if change is not None else None

    return [
        ShownProposal(row, clause_named(row), changes_shown([change], language, clauses)[0], drawn(since), row.by_id == user.pk)
        for row, change, since in pairs
    ]


def _since(row: Proposal, present: Document) -> ArticleChange | None:
    if not row.is_awaiting or not is_stale(row, present):
        return None
    return between(present, row.before, present.article(row.article_code))


def clauses_shown(convention: Convention, present: Document, user: Any) -> list[ShownClause]:
    """Every clause of the text in its order, then those that only proposals know; a constant number of queries."""
    proposals = proposals_shown(convention, proposals_of(convention), present, user)
    comments = list(Comment.objects.filter(convention=convention).select_related("by", "party").order_by("at", "pk"))
    found = {one.code: ShownClause(one.code, one, one.title) for one in present.articles}
    for one in proposals:
        place = found.setdefault(one.row.article_code, ShownClause(one.row.article_code, None, one.clause))
        about = tuple(comment for comment in comments if comment.proposal_id == one.row.pk)
        (place.open if one.row.is_awaiting else place.settled).append(replace(one, comments=about))
    for comment in comments:
        if comment.proposal_id is None:
            found.setdefault(comment.article_code, ShownClause(comment.article_code, None, "")).comments.append(comment)
    return list(found.values())
