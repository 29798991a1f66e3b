"""The portal's long texts: four data files, one for each language and each way of writing, read once a process.

A link names a page of this site, or the address of a public one; a page that this site does not have is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from ui.navigation import address_of

FOLDER = Path(__file__).parent / "data" / "portal"
#: Each page below /droits/, in the order in which one reads them; the first is the portal's own.
ADDRESSES: dict[str, str] = {
    "home": "",
    "data": "donnees-de-sante/",
    "where": "ou-sont-mes-donnees/",
    "rights": "quels-droits/",
    "who": "qui-peut-demander/",
    "time": "delais/",
    "doors": "autres-portes/",
}


@dataclass(frozen=True)
class Link:
    """Where one may go on."""

    label: str
    url: str


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]
    steps: tuple[str, ...]
    links: tuple[tuple[str, str], ...]

    @property
    def onwards(self) -> list[Link]:
        """The links whose page exists."""
        found = [Link(label, to if to.startswith("https://") else address_of(to)) for label, to in self.links]
        return [link for link in found if link.url]


@dataclass(frozen=True)
class Page:
    """One page of the portal in one language, in plain words or easy to read."""

    code: str
    easy: bool
    title: str
    lead: str
    sections: tuple[Section, ...]

    @property
    def url(self) -> str:
        """Its own address."""
        return address_of(name_of(self.code, easy=self.easy))

    @property
    def other_url(self) -> str:
        """The same page, written the other way."""
        return address_of(name_of(self.code, easy=not self.easy))

    @property
    def next(self) -> Page | None:
        """The page that one reads after this one."""
        codes = list(ADDRESSES)
        at = codes.index(self.code) + 1
        return page_of(codes[at], easy=self.easy) if at < len(codes) else None

    @property
    def text(self) -> str:
        """All that it says, a sentence or a point a line."""
        lines = [self.title, self.lead]
        for section in self.sections:
            lines += [section.heading, *section.paragraphs, *section.points, *section.steps]
        return "\n".join(lines)


def name_of(code: str, *, easy: bool) -> str:
    """The name of a page's address."""
    return f"entitlements:{code}_easy" if easy else f"entitlements:{code}"


def page_of(code: str, *, easy: bool = False) -> Page:
    """A page in the reader's language."""
    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    return pages_in(language, easy)[code]


def contents(*, easy: bool) -> list[Page]:
    """Every page behind the first one, in the reader's language."""
    return [page_of(code, easy=easy) for code in ADDRESSES if code != "home"]


@cache
def pages_in(language: str, easy: bool) -> dict[str, Page]:
    """Every page of one file."""
    name = f"{language}_easy.toml" if easy else f"{language}.toml"
    read = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return {code: Page(code, easy, block["title"], block["lead"], tuple(_sections(block))) for code, block in read.items()}


def _sections(block: dict[str, Any]) -> Iterator[Section]:
    for one in block["section"]:
        links = tuple((link["label"], link["to"]) for link in one.get("links", ()))
        paragraphs, points, steps = (tuple(one.get(name, ())) for name in ("p", "points", "steps"))
        yield Section(one["id"], one["h"], paragraphs, points, steps, links)
