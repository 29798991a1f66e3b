"""The map of the public pages for search engines: an index, a part for what is no fiche, and the fiches by parts of 50,000 places.

PostgreSQL writes the lines of a part: a million fiches are twenty parts, each in less than a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.html import escape

from catalogue.models import Database
from registry.models import Fiche
from registry.reuse.exports import AS_IT_IS, address_sql, lines_of, page_of_site

PER_PART = 50_000  # as many as the protocol of site maps allows
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PUBLIC = (
    *("home", "registry:index", "reuse:index", "reuse:columns", "reuse:api", "catalogue:index", "fees:index", "fees:vat", "fees:data"),
    "simulator:index",
    *("following:overview", "editing:begin", "trust:journal", "trust:figures", "sitemap", "accessibility"),
)


def index_of_parts() -> str:
    """The parts, each at its address."""
    last = Fiche.objects.order_by("-pos").values_list("pos", flat=True).first()
    parts = 0 if last is None else last // PER_PART + 1
    addresses = [reverse("reuse:sitemap_pages"), *(reverse("reuse:sitemap_fiches", args=[part]) for part in range(1, parts + 1))]
    lines = (f"<sitemap><loc>{escape(page_of_site(address))}</loc></sitemap>\n" for address in addresses)
    return f'{_head()}<sitemapindex xmlns="{NAMESPACE}">\n{"".join(lines)}</sitemapindex>\n'


def pages_of_site() -> str:
    """The pages that are no fiche: those of the single window for everybody, and the databases of the catalogue."""
    addresses = [reverse(name) for name in PUBLIC]
    addresses += [database.get_absolute_url() for database in Database.objects.active().order_by("slug")]
    return b"".join(_urls(f"<url><loc>{escape(page_of_site(address))}</loc></url>\n".encode() for address in addresses)).decode()


def part_of_fiches(part: int) -> bytes:
    """The fiches of one part with the day of their last change; an empty one beyond the last."""
    first = (part - 1) * PER_PART
    day = "to_char(f.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    line = f"'<url><loc>' || {address_sql()} || '</loc><lastmod>' || {day} || '</lastmod></url>'"
    rows = f"SELECT {line} FROM registry_fiche f WHERE f.live AND f.pos >= {first} AND f.pos < {first + PER_PART} ORDER BY f.pos"
    return b"".join(_urls(lines_of(f"COPY ({rows}) TO STDOUT ({AS_IT_IS})", b"\n")))


def _urls(lines: Iterable[bytes]) -> Iterator[bytes]:
    yield f'{_head()}<urlset xmlns="{NAMESPACE}">\n'.encode()
    yield from lines
    yield b"</urlset>\n"


def _head() -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n'
