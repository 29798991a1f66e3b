"""What the parties agreed upon survives a text that is written anew: clauses that were added stay, those that were removed stay away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from contracts.text.document import Article, Document, numbered

#: How the codes of clauses begin that were added in a negotiation.
ADDED = "added_"


def with_agreed(document: Document, before: Document, given: Collection[str], library: Collection[str]) -> Document:
    """The new text, with what was agreed in the one before it.

    `given` are the codes of the clauses that the template gave for the text before: one of them that it did not hold was removed by
    agreement. A clause whose code is that of one added in a negotiation was added by agreement; `library` are the codes of the template.
    """
    standing = {one.code for one in before.articles}
    articles = [one for one in document.articles if one.code in standing or one.code not in given]
    for place, one in enumerate(before.articles):
        if one.code.startswith(ADDED) and one.code not in library and all(one.code != other.code for other in articles):
            articles.insert(_after(articles, before.articles[:place]), one)
    if [one.code for one in articles] == [one.code for one in document.articles]:
        return document
    whole = numbered(tuple(articles))
    numbers = {one.code: one.number for one in whole}
    translation = document.translation
    if translation is not None:
        kept = tuple(replace(one, number=numbers[one.code]) for one in translation.articles if one.code in numbers)
        translation = replace(translation, articles=kept)
    return replace(document, articles=whole, translation=translation)


def _after(articles: list[Article], earlier: tuple[Article, ...]) -> int:
    """The place after the nearest of the earlier clauses that still stands."""
    codes = [one.code for one in articles]
    return next((codes.index(one.code) + 1 for one in reversed(earlier) if one.code in codes), 0)
