"""The text of one version of a convention, as values, and its only reader and writer: one canonical JSON text (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import rfc8785

from contracts.text.clean import is_clean
from contracts.text.errors import BadDocument

SCHEMA = 1
#: A convention of forty pages with its lists is a few hundred kilobytes: what is far longer is not one.
LONGEST = 5_000_000
LANGUAGES = ("fr", "en")


class Negotiable(StrEnum):
    """What may be negotiated of a clause: nothing, its parameters, or all of its words."""

    LOCKED = "locked"
    PARAMETERS = "parameters"
    FREE = "free"


class BlockKind(StrEnum):
    """What a block of an article is."""

    PARAGRAPH = "p"
    LIST = "ul"
    NUMBERED = "ol"


_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Block:
    """A paragraph (one item) or a list (one item or more); plain text."""

    kind: BlockKind
    items: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """One clause as it stands in this text. `version` 0: it was not made from the library. Its anchor in files is `cl_<code>`.

    `parameters` holds the clause's own parameters, as canonical values (`6`, `2026-09-01`, `250.00`, `true`).
    """

    code: str
    version: int
    number: int
    title: str
    negotiable: Negotiable
    blocks: tuple[Block, ...]
    parameters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def anchor(self) -> str:
        """The name of its bookmark and of its element."""
        return f"cl_{self.code}"

    @property
    def lines(self) -> tuple[str, ...]:
        """Its title and all of its items, in reading order."""
        return (self.title, *(item for block in self.blocks for item in block.items))


@dataclass(frozen=True)
class PartyText:
    """A party as it is named in the text. `code` is P1, P2…; `roles` are codes of `contracts.states.PartyRole`."""

    code: str
    name: str
    roles: tuple[str, ...]
    address: str = ""
    siren: str = ""
    legal_form: str = ""
    representative: str = ""
    function: str = ""
    delegation: str = ""


@dataclass(frozen=True)
class AnnexText:
    """An annex as the text names it: a file known by its hash, or a table (`head` and `rows`). `source` says what it was made from."""

    code: str
    title: str
    sha256: str = ""
    source: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class TemplateRef:
    """Which version of which template the text was made from."""

    code: str
    number: int
    sha256: str


@dataclass(frozen=True)
class Translation:
    """The same articles in the other language, for information: the language of the document prevails."""

    language: str
    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Document:
    """The whole text of one version. `facts` are the values it was made with, in canonical form, by code."""

    kind: str
    number: str
    language: str
    title: str
    parties: tuple[PartyText, ...]
    articles: tuple[Article, ...]
    annexes: tuple[AnnexText, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    template: TemplateRef | None = None
    translation: Translation | None = None

    def article(self, code: str) -> Article | None:
        """The article of this code, if there is one."""
        return next((one for one in self.articles if one.code == code), None)


def numbered(articles: tuple[Article, ...]) -> tuple[Article, ...]:
    """The articles numbered from 1 in their order."""
    return tuple(replace(one, number=place) for place, one in enumerate(articles, 1))


def with_article(document: Document, article: Article) -> Document:
    """The document with this article in the place of the one of the same code; its translation, no longer true, falls away."""
    articles = tuple(replace(article, number=one.number) if one.code == article.code else one for one in document.articles)
    return replace(document, articles=articles, translation=_without(document.translation, article.code))


def _without(translation: Translation | None, code: str) -> Translation | None:
    if translation is None:
        return None
    return replace(translation, articles=tuple(one for one in translation.articles if one.code != code))


# ---- writing


def write(document: Document) -> str:
    """The document as one canonical text, the same bytes for the same document. Raises BadDocument for what could not be read back."""
    text = rfc8785.dumps(_plain(document)).decode()
    read(text)
    return text


def sha256(text: str) -> str:
    """The hash of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(document: Document) -> dict[str, Any]:
    written: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": document.kind,
        "number": document.number,
        "language": document.language,
        "title": document.title,
        "parties": [_party(one) for one in document.parties],
        "articles": [_article(one) for one in document.articles],
        "annexes": [_annex(one) for one in document.annexes],
        "facts": dict(document.facts),
    }
    if document.template:
        written["template"] = {"code": document.template.code, "number": document.template.number, "sha256": document.template.sha256}
    if document.translation:
        told = document.translation
        written["translation"] = {"language": told.language, "title": told.title, "articles": [_article(one) for one in told.articles]}
    return written


def _party(party: PartyText) -> dict[str, Any]:
    words = {name: getattr(party, name) for name in _PARTY_WORDS if getattr(party, name)}
    return {"code": party.code, "name": party.name, "roles": list(party.roles)} | words


def _article(article: Article) -> dict[str, Any]:
    return {
        "code": article.code,
        "version": article.version,
        "number": article.number,
        "title": article.title,
        "negotiable": article.negotiable.value,
        "blocks": [_block(one) for one in article.blocks],
        "parameters": dict(article.parameters),
    }


def _block(block: Block) -> dict[str, Any]:
    return {block.kind.value: block.items[0] if block.kind is BlockKind.PARAGRAPH else list(block.items)}


def _annex(annex: AnnexText) -> dict[str, Any]:
    written: dict[str, Any] = {"code": annex.code, "title": annex.title, "sha256": annex.sha256, "source": annex.source}
    return written | ({"head": list(annex.head), "rows": [list(row) for row in annex.rows]} if annex.head else {})


# ---- reading

_PARTY_WORDS = ("address", "siren", "legal_form", "representative", "function", "delegation")


def read(text: str) -> Document:
    """The document that a canonical text says. Raises BadDocument for anything that `write` would not have written."""
    if len(text) > LONGEST:
        raise BadDocument("document", "it is too long")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadDocument("document", "it is not JSON") from error
    document = _Reader().document(said)
    if rfc8785.dumps(_plain(document)).decode() != text:
        raise BadDocument("document", "it is not in canonical form")
    return document


class _Reader:
    """Reads each part by its declared shape; the first fault is raised with its path."""

    def document(self, said: Any) -> Document:
        whole = self.mapping(said, "document", {*_WHOLE}, {"template", "translation"})
        if whole["schema"] != SCHEMA or whole["language"] not in LANGUAGES:
            raise BadDocument("schema", f"schema {SCHEMA} in one of {', '.join(LANGUAGES)} is expected")
        return Document(
            kind=self.words(whole["kind"], "kind"),
            number=self.words(whole["number"], "number"),
            language=whole["language"],
            title=self.words(whole["title"], "title"),
            parties=tuple(self.party(one, path) for path, one in self.each(whole["parties"], "parties")),
            articles=self.articles(whole["articles"], "articles"),
            annexes=tuple(self.annex(one, path) for path, one in self.each(whole["annexes"], "annexes")),
            facts=self.values(whole["facts"], "facts"),
            template=self.template(whole.get("template")),
            translation=self.translation(whole.get("translation")),
        )

    def mapping(self, said: Any, path: str, needed: set[str], free: set[str] | None = None) -> dict[str, Any]:
        if not isinstance(said, dict) or not needed <= set(said) <= needed | (free or set()):
            raise BadDocument(path, f"exactly these fields are expected: {', '.join(sorted(needed))}")
        return said

    def each(self, said: Any, path: str) -> list[tuple[str, Any]]:
        if not isinstance(said, list):
            raise BadDocument(path, "a list is expected")
        return [(f"{path}[{place}]", one) for place, one in enumerate(said)]

    def words(self, said: Any, path: str) -> str:
        if not isinstance(said, str) or not is_clean(said):
            raise BadDocument(path, "a clean text is expected")
        return said

    def many(self, said: Any, path: str) -> tuple[str, ...]:
        return tuple(self.words(one, where) for where, one in self.each(said, path))

    def count(self, said: Any, path: str) -> int:
        if not isinstance(said, int) or isinstance(said, bool) or said < 0:
            raise BadDocument(path, "a whole number is expected")
        return said

    def values(self, said: Any, path: str) -> Mapping[str, str]:
        if not isinstance(said, dict):
            raise BadDocument(path, "a mapping is expected")
        return {self.words(key, path): self.words(value, f"{path}.{key}") for key, value in said.items()}

    def party(self, said: Any, path: str) -> PartyText:
        told = self.mapping(said, path, {"code", "name", "roles"}, set(_PARTY_WORDS))
        words = {name: self.words(told[name], f"{path}.{name}") for name in told if name != "roles"}
        return PartyText(roles=self.many(told["roles"], f"{path}.roles"), **words)

    def articles(self, said: Any, path: str) -> tuple[Article, ...]:
        articles = tuple(self.article(one, where) for where, one in self.each(said, path))
        if len({one.code for one in articles}) != len(articles):
            raise BadDocument(path, "two articles have the same code")
        return articles

    def article(self, said: Any, path: str) -> Article:
        told = self.mapping(said, path, {"code", "version", "number", "title", "negotiable", "blocks", "parameters"})
        if told["negotiable"] not in set(Negotiable):
            raise BadDocument(f"{path}.negotiable", f"one of {', '.join(Negotiable)} is expected")
        return Article(
            code=self.words(told["code"], f"{path}.code"),
            version=self.count(told["version"], f"{path}.version"),
            number=self.count(told["number"], f"{path}.number"),
            title=self.words(told["title"], f"{path}.title"),
            negotiable=Negotiable(told["negotiable"]),
            blocks=tuple(self.block(one, where) for where, one in self.each(told["blocks"], f"{path}.blocks")),
            parameters=self.values(told["parameters"], f"{path}.parameters"),
        )

    def block(self, said: Any, path: str) -> Block:
        if not isinstance(said, dict) or len(said) != 1 or not set(said) <= set(BlockKind):
            raise BadDocument(path, f"one of {', '.join(BlockKind)} is expected")
        [(kind, value)] = said.items()
        items = (self.words(value, path),) if kind == BlockKind.PARAGRAPH else self.many(value, path)
        if not items or not all(items):
            raise BadDocument(path, "an empty block")
        return Block(BlockKind(kind), items)

    def annex(self, said: Any, path: str) -> AnnexText:
        told = self.mapping(said, path, {"code", "title", "sha256", "source"}, {"head", "rows"})
        words = {name: self.words(told[name], f"{path}.{name}") for name in ("code", "title", "sha256", "source")}
        head = self.many(told.get("head", []), f"{path}.head")
        rows = tuple(self.many(row, where) for where, row in self.each(told.get("rows", []), f"{path}.rows"))
        if any(len(row) != len(head) for row in rows):
            raise BadDocument(f"{path}.rows", f"{len(head)} cells in each row are expected")
        return AnnexText(**words, head=head, rows=rows)

    def template(self, said: Any) -> TemplateRef | None:
        if said is None:
            return None
        told = self.mapping(said, "template", {"code", "number", "sha256"})
        number = self.count(told["number"], "template.number")
        return TemplateRef(self.words(told["code"], "template.code"), number, self.words(told["sha256"], "template.sha256"))

    def translation(self, said: Any) -> Translation | None:
        if said is None:
            return None
        told = self.mapping(said, "translation", {"language", "title", "articles"})
        if told["language"] not in LANGUAGES:
            raise BadDocument("translation.language", f"one of {', '.join(LANGUAGES)} is expected")
        articles = self.articles(told["articles"], "translation.articles")
        return Translation(told["language"], self.words(told["title"], "translation.title"), articles)


_WHOLE = ("schema", "kind", "number", "language", "title", "parties", "articles", "annexes", "facts")
