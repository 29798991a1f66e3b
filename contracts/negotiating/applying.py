"""Proposals become a text: each clause as it was agreed upon, in its place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from contracts.negotiating.models import Proposal
from contracts.negotiating.states import ProposalKind
from contracts.text.document import Article, Document, Translation, numbered


def applied(document: Document, proposals: Iterable[Proposal], places: Mapping[str, str]) -> Document:
    """The text with these proposals in it. `places` says of every clause that was ever proposed, after which one it would stand.

    The translation of each clause that is changed is no longer true, and falls away.
    """
    chosen = list(proposals)
    articles = list(document.articles)
    for one in chosen:
        articles = _with(articles, one, places)
    whole = numbered(tuple(articles))
    return replace(document, articles=whole, translation=_translation(document.translation, whole, {one.article_code for one in chosen}))


def _with(articles: list[Article], proposal: Proposal, places: Mapping[str, str]) -> list[Article]:
    after = proposal.after
    if after is None:
        return [one for one in articles if one.code != proposal.article_code]
    if proposal.kind == ProposalKind.ADD:
        place = _place([one.code for one in articles], proposal.after_code, places)
        return [*articles[:place], after, *articles[place:]]
    return [after if one.code == proposal.article_code else one for one in articles]


def _place(codes: list[str], after: str, places: Mapping[str, str]) -> int:
    """Where a new clause goes: after the one that it names; where that one never came, after the one that it would have followed."""
    seen: set[str] = set()
    while after and after not in codes and after not in seen:
        seen.add(after)
        after = places.get(after, after)
    if not after:
        return 0
    return codes.index(after) + 1 if after in codes else len(codes)


def _translation(translation: Translation | None, articles: tuple[Article, ...], changed: set[str]) -> Translation | None:
    if translation is None:
        return None
    numbers = {one.code: one.number for one in articles if one.code not in changed}
    kept = tuple(replace(one, number=numbers[one.code]) for one in translation.articles if one.code in numbers)
    return replace(translation, articles=kept)
