"""The text in force: the convention and its amendments read together, article by article, each with its history. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.text.document import Article, Document


@dataclass(frozen=True)
class Layer:
    """A text that is, or was, in force: the convention itself or one of its amendments, in their order."""

    number: str
    since: date
    document: Document


@dataclass(frozen=True)
class Wording:
    """What an article said from a day on, and by which text; None: it was taken out."""

    number: str
    since: date
    article: Article | None


@dataclass(frozen=True)
class Consolidated:
    """An article as it is in force, with all that it said, oldest first."""

    code: str
    history: tuple[Wording, ...]

    @property
    def article(self) -> Article | None:
        """What it says now."""
        return self.history[-1].article

    @property
    def was_changed(self) -> bool:
        """Did an amendment change it?"""
        return len(self.history) > 1


def consolidate(layers: Iterable[Layer], own: frozenset[str] = frozenset()) -> list[Consolidated]:
    """The articles of the first text as later ones change them; what these add comes after, in the order in which it came.

    `own` names the articles that belong to an amendment alone (its object, its entry into force): they are no part of the whole.
    """
    order: list[str] = []
    found: dict[str, list[Wording]] = {}
    for place, layer in enumerate(layers):
        for article in layer.document.articles:
            if place and article.code in own:
                continue
            if article.code not in found:
                order.append(article.code)
                found[article.code] = []
            said = found[article.code]
            if not said or said[-1].article is None or said[-1].article.lines != article.lines:
                said.append(Wording(layer.number, layer.since, article))
    return [Consolidated(code, tuple(found[code])) for code in order]
