"""A document in reading order, as plain parts: what every file of it is drawn from, so that all of them say the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import override

from contracts.states import PartyRole
from contracts.text.document import AnnexText, Article, Block, BlockKind, Document, PartyText, Translation


class PartKind(StrEnum):
    """What a part is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    NUMBERED = "numbered"
    TABLE = "table"
    #: Ends the article that a heading with an anchor began.
    END = "end"


@dataclass(frozen=True)
class Part:
    """One part: `text` of a title, a heading or a paragraph, `items` of a list, `head` and `rows` of a table."""

    kind: PartKind
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    anchor: str = ""
    level: int = 2
    language: str = ""


KIND_OF = {BlockKind.PARAGRAPH: PartKind.PARAGRAPH, BlockKind.LIST: PartKind.LIST, BlockKind.NUMBERED: PartKind.NUMBERED}


def parts_of(document: Document) -> tuple[Part, ...]:
    """Everything that a reader sees of the document, in order, in its own language."""
    with override(document.language):
        return tuple(_parts(document))


def _parts(document: Document) -> Iterator[Part]:
    yield Part(PartKind.TITLE, document.title)
    if document.number:
        yield Part(PartKind.PARAGRAPH, _("No. %(number)s") % {"number": document.number})
    if document.parties:
        yield Part(PartKind.HEADING, _("Between"))
        yield Part(PartKind.NUMBERED, items=tuple(party_said(party) for party in document.parties))
    for article in document.articles:
        yield from _article(article, article.anchor)
    yield from _annexes(document.annexes)
    if document.translation is not None:
        yield from _translation(document.translation, document)


def heading_of(article: Article) -> str:
    """“Article 3 – Data”, in the present language."""
    return _("Article %(number)d – %(title)s") % {"number": article.number, "title": article.title}


def _article(article: Article, anchor: str, language: str = "") -> Iterator[Part]:
    yield Part(PartKind.HEADING, heading_of(article), anchor=anchor, language=language)
    yield from (part_of(block, language) for block in article.blocks)
    yield Part(PartKind.END, anchor=anchor)


def part_of(block: Block, language: str = "") -> Part:
    """The part that a block is drawn as."""
    if block.kind is BlockKind.PARAGRAPH:
        return Part(PartKind.PARAGRAPH, block.items[0], language=language)
    return Part(KIND_OF[block.kind], items=block.items, language=language)


def party_said(party: PartyText) -> str:
    """Who the party is, in one sentence of the present language."""
    told = [party.name, party.legal_form]
    if party.address:
        told.append(_("whose seat is %(address)s") % {"address": party.address})
    if party.siren:
        told.append(_("registered under no. %(siren)s") % {"siren": spaced_siren(party.siren)})
    if party.representative:
        told.append(_represented(party))
    sentence = ", ".join(filter(None, told))
    roles = ", ".join(_("“%(role)s”") % {"role": role_said(role)} for role in party.roles)
    return _("%(who)s, hereinafter %(roles)s.") % {"who": sentence, "roles": roles} if roles else f"{sentence}."


def _represented(party: PartyText) -> str:
    who = ", ".join(filter(None, [party.representative, party.function, party.delegation]))
    return _("represented by %(who)s") % {"who": who}


def role_said(role: str) -> str:
    """The role of a party in words; an unknown code stands as it is."""
    return str(PartyRole(role).label) if role in PartyRole.values else role


def spaced_siren(siren: str) -> str:
    """“775 662 257”."""
    return "\u00a0".join(siren[place : place + 3] for place in (0, 3, 6)) if len(siren) == 9 and siren.isdigit() else siren


def _annexes(annexes: Iterable[AnnexText]) -> Iterator[Part]:
    listed = tuple(annexes)
    if not listed:
        return
    yield Part(PartKind.HEADING, _("Annexes"))
    yield Part(PartKind.LIST, items=tuple(annex_said(one) for one in listed))
    for annex in listed:
        if annex.head:
            named = {"code": annex.code, "title": annex.title}
            yield Part(PartKind.HEADING, _("Annex %(code)s – %(title)s") % named, anchor=f"an_{annex.code}")
            yield Part(PartKind.TABLE, head=annex.head, rows=annex.rows)
            yield Part(PartKind.END, anchor=f"an_{annex.code}")


def annex_said(annex: AnnexText) -> str:
    """An annex in the list of annexes: its code and title, what it was made from, its hash."""
    words = _("Annex %(code)s – %(title)s") % {"code": annex.code, "title": annex.title}
    told = [annex.source, _("SHA-256: %(hash)s") % {"hash": annex.sha256} if annex.sha256 else ""]
    return ", ".join(filter(None, [words, *told]))


def _translation(translation: Translation, document: Document) -> Iterator[Part]:
    """The articles in the other language; of those whose words were changed since, that they are to be translated anew."""
    with override(translation.language):
        yield Part(PartKind.HEADING, translation.title, level=1, language=translation.language)
        note = _("Translation for information only: the French text prevails.")
        if document.language == "en":
            note = _("Translation for information only: the English text prevails.")
        yield Part(PartKind.PARAGRAPH, note, language=translation.language)
        known = {article.code: article for article in translation.articles}
        for article in document.articles:
            if found := known.get(article.code):
                yield from _article(found, f"tr_{article.code}", translation.language)
            else:
                yield from _untranslated(article, translation.language)


def _untranslated(article: Article, language: str) -> Iterator[Part]:
    told = {"number": article.number}
    yield Part(
        PartKind.HEADING, _("Article %(number)d: translation to be made again") % told, anchor=f"tr_{article.code}", language=language
    )
    yield Part(
        PartKind.PARAGRAPH, _("The words of this article were changed: its former translation does not hold any more."), language=language
    )
    yield Part(PartKind.END, anchor=f"tr_{article.code}")
