"""What the rooms hang on the conventions: what keeps one from its approval or its effect, the parts of its page, a preview."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ui.registries import Label, Registry
from workflow.refusals import Broken


@dataclass(frozen=True)
class Obstacle:
    """What keeps a text from its approval: a proposal without an answer, a locked clause that was changed."""

    code: str
    order: int
    found: Callable[[Any], Iterable[Broken]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class Condition:
    """What keeps a signed convention from taking effect on a day: the authorisation, the quote, what is due at once."""

    code: str
    order: int
    missing: Callable[[Any, date], Iterable[Broken]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class PagePart:
    """A part of the page of a convention: its template, and what it shows of a convention to a request."""

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any], dict[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class PageTab:
    """A page of its own of a convention, reached from its menu: words, address by name, for whom, how many things await."""

    code: str
    order: int
    label: Label
    url_name: str
    shown_to: Callable[[Any, Any], bool]
    awaiting: Callable[[Any, Any], int] | None = None

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class MovePage:
    """The page from which a move is made; its address takes the number. The key is the name of the move."""

    code: str
    order: int
    url_name: str

    @property
    def key(self) -> str:
        """The name of the move."""
        return self.code


@dataclass(frozen=True)
class TabPart:
    """A part of the tab of the conventions on a dossier: its template, and what it shows of a dossier to a request."""

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any], dict[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class MoreArticles:
    """Articles that a text has beside those of its template: what an amendment puts in the place of clauses in force."""

    code: str
    order: int
    #: Of a convention and the facts of its text, in canonical form: the article that they follow, and the articles.
    given: Callable[[Any, Mapping[str, Any]], tuple[str, tuple[Any, ...]]]
    #: Of a convention: the facts of these articles that only a person says, each with its present value if it has one.
    asked: Callable[[Any], Mapping[str, Any]]
    #: Of a convention: the facts that these articles are worded with.
    known: Callable[[Any], Mapping[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class DossierFacts:
    """What a dossier tells of the facts of a convention, by code, in a language: templates are tried out on it."""

    code: str
    order: int
    told: Callable[[Any, str], Mapping[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


OBSTACLES: Registry[Obstacle] = Registry()
CONDITIONS: Registry[Condition] = Registry()
PAGE_PARTS: Registry[PagePart] = Registry()
PAGE_TABS: Registry[PageTab] = Registry()
MOVE_PAGES: Registry[MovePage] = Registry()
#: On the tab of a dossier, below its conventions: the gate.
TAB_PARTS: Registry[TabPart] = Registry()
MORE_ARTICLES: Registry[MoreArticles] = Registry()
#: For the preview of a template on a real dossier.
DOSSIER_FACTS: Registry[DossierFacts] = Registry()
