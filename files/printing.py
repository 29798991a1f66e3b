"""Files that we make: a PDF from a template, tagged for screen readers, with its language, bookmarks and embedded fonts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from workflow.refusals import Refusal

FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "dejavu"
STYLE = Path(settings.BASE_DIR) / "static" / "css" / "paper.css"
OURS = {"paper:regular": FONTS / "DejaVuSans.ttf", "paper:bold": FONTS / "DejaVuSans-Bold.ttf"}


class CannotPrint(Refusal):
    """This machine lacks the libraries that set pages; nothing is wrong with what was to be printed."""

    status = 503
    title = _("PDF files cannot be made on this machine")


@dataclass(frozen=True)
class Enclosed:
    """A file that travels inside a PDF, for machines: its bytes, name, what it is, and when it was made."""

    content: bytes
    name: str
    description: str
    made_at: datetime
    relationship: str = "Data"
    #: RDF descriptions that the metadata of the PDF hold of it, as its format demands them (Factur-X).
    described: bytes = b""


def pdf_of(template: str, context: dict[str, Any]) -> bytes:
    """The bytes of the PDF that a template gives; the same context gives the same bytes. Raises CannotPrint without Pango."""
    markup = render_to_string(template, context | {"language": get_language() or "fr"})
    weasyprint, fetcher = _engine()
    document = weasyprint.HTML(string=markup, base_url="paper:", url_fetcher=fetcher)
    style = weasyprint.CSS(string=STYLE.read_text(encoding="utf-8"), base_url="paper:", url_fetcher=fetcher)
    made: bytes = document.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1", pdf_tags=True)
    return made


def archived_pdf_of(template: str, context: dict[str, Any], enclosed: Enclosed) -> bytes:
    """The same for the archives (PDF/A-3a, tagged), with a file inside; the same context gives the same bytes. Raises CannotPrint."""
    markup = render_to_string(template, context | {"language": get_language() or "fr"})
    weasyprint, fetcher = _engine()
    document = weasyprint.HTML(string=markup, base_url="paper:", url_fetcher=fetcher)
    style = weasyprint.CSS(string=STYLE.read_text(encoding="utf-8"), base_url="paper:", url_fetcher=fetcher)
    told = {"name": enclosed.name, "description": enclosed.description, "relationship": enclosed.relationship}
    inside = weasyprint.Attachment(string=enclosed.content, created=enclosed.made_at, modified=enclosed.made_at, **told)
    mark = hashlib.sha256(markup.encode() + enclosed.content).digest()[:16]
    options = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "pdf_identifier": mark, "attachments": [inside]}
    rendered = document.render(stylesheets=[style], **options)
    if enclosed.described:
        own = rendered.metadata.generate_rdf_metadata
        rendered.metadata.generate_rdf_metadata = lambda *said: own(*said).replace(b"</rdf:RDF>", enclosed.described + b"</rdf:RDF>")
    made: bytes = rendered.write_pdf(**options)
    return made


def _engine() -> tuple[Any, Any]:
    """WeasyPrint, loaded on first use so that the site runs without Pango, and a fetcher that reads our own two fonts only."""
    try:
        import weasyprint
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
    except OSError:
        raise CannotPrint(_("Ask the operator to install Pango. The word-processor file can be made.")) from None

    class OursOnly(URLFetcher):
        """Nothing is fetched that an applicant's text may name."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in OURS:
                raise FatalURLFetchingError(f"refused: {url[:60]}")
            return URLFetcherResponse(url, body=OURS[url].read_bytes(), headers={"Content-Type": "font/ttf"})

    return weasyprint, OursOnly()
