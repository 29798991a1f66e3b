"""A document as HTML: semantic, every word of it escaped, each article under the anchor of its clause. For pages, and for the PDF."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from contracts.text.document import Article, Document
from contracts.text.parts import Part, PartKind, part_of, parts_of

NOTHING = SafeString("")


def html_of(document: Document, level: int = 1) -> SafeString:
    """The whole document; its title is a heading of this level, its articles one below."""
    drawn = format_html_join("", "{}", ((_drawn(part, level),) for part in parts_of(document)))
    return format_html('<div class="convention" lang="{}">{}</div>', document.language, drawn)


def html_of_article(article: Article) -> SafeString:
    """The blocks of one article, without its heading."""
    return format_html_join("", "{}", ((_drawn(part_of(block), 1),) for block in article.blocks))


def _drawn(part: Part, level: int) -> SafeString:
    return _DRAW[part.kind](part, level)


def _spoken(part: Part) -> SafeString:
    return format_html(' lang="{}"', part.language) if part.language else NOTHING


def _title(part: Part, level: int) -> SafeString:
    return _heading_tag(part, level)


def _heading(part: Part, level: int) -> SafeString:
    begun = format_html('<section id="{}">', part.anchor) if part.anchor else NOTHING
    return format_html("{}{}", begun, _heading_tag(part, min(level + part.level - 1, 6)))


def _heading_tag(part: Part, level: int) -> SafeString:
    return format_html("<h{}{}>{}</h{}>", level, _spoken(part), part.text, level)


def _end(_part: Part, _level: int) -> SafeString:
    return SafeString("</section>")


def _paragraph(part: Part, _level: int) -> SafeString:
    return format_html("<p{}>{}</p>", _spoken(part), part.text)


def _list(part: Part, _level: int) -> SafeString:
    return format_html("<ul{}>{}</ul>", _spoken(part), _items(part))


def _numbered(part: Part, _level: int) -> SafeString:
    return format_html("<ol{}>{}</ol>", _spoken(part), _items(part))


def _items(part: Part) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((item,) for item in part.items))


def _table(part: Part, _level: int) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((one,) for one in part.head))
    rows = format_html_join("", "<tr>{}</tr>", ((_row(row),) for row in part.rows))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, rows)


def _row(row: tuple[str, ...]) -> SafeString:
    first = format_html('<th scope="row">{}</th>', row[0]) if row else NOTHING
    return format_html("{}{}", first, format_html_join("", "<td>{}</td>", ((cell,) for cell in row[1:])))


_DRAW: dict[PartKind, Callable[[Part, int], SafeString]] = {
    PartKind.TITLE: _title,
    PartKind.HEADING: _heading,
    PartKind.PARAGRAPH: _paragraph,
    PartKind.LIST: _list,
    PartKind.NUMBERED: _numbered,
    PartKind.TABLE: _table,
    PartKind.END: _end,
}
