"""Files that we make: a PDF from a template, tagged for screen readers, with its language, bookmarks and embedded fonts."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
    return _archived(template, context, Dress(enclosed=(enclosed,)))


@dataclass(frozen=True)
class Dress:
    """What a file for the archives bears beside its template: files inside, rules of style, pictures by their `paper:` address."""

    enclosed: tuple[Enclosed, ...] = ()
    styles: tuple[Path, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


#: What the metadata say of a file that keeps to PDF/UA as well, with the schema that PDF/A demands of properties that are not its own.
FOR_EVERYBODY = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 that the file keeps to</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def accessible_archive_of(template: str, context: dict[str, Any], dress: Dress) -> bytes:
    """A file for the archives that keeps to PDF/UA as well; the same context gives the same bytes. Raises CannotPrint."""
    return _archived(template, context, dress, described=FOR_EVERYBODY, finisher=_for_everybody)


def _for_everybody(_document: Any, pdf: Any) -> None:
    """A reader's window bears the title of the document; what stands in the margins of its pages is no part of what is read aloud."""
    import pydyf

    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    numbers = _numbered_objects(pdf)
    tree = numbers[pdf.catalog["StructTreeRoot"]]
    read = set(_below(tree, numbers))
    marks = numbers[tree["ParentTree"]]["Nums"]
    for place, page in zip(range(1, len(marks), 2), pdf.page_references, strict=False):
        beside = {mark for mark, element in enumerate(marks[place]) if element not in read}
        marks[place][:] = [b"null" if mark in beside else element for mark, element in enumerate(marks[place])]
        _set_aside(numbers[numbers[page]["Contents"]].stream, beside)


def _numbered_objects(pdf: Any) -> dict[bytes, Any]:
    return {one.reference: one for one in pdf.objects}


def _below(element: Any, numbers: Mapping[bytes, Any]) -> Iterator[bytes]:
    """The elements of a structure tree, as references."""
    for kid in element.get("K", ()):
        if kid in numbers:
            yield kid
            yield from _below(numbers[kid], numbers)


def _set_aside(drawn: list[Any], beside: Container[int]) -> None:
    """Say of these marked contents of a page that they are no part of the document."""
    import pydyf

    for place, told in enumerate(drawn):
        if isinstance(told, pydyf.Dictionary) and told.get("MCID") in beside:
            drawn[place - 1 : place + 1] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})


def _archived(template: str, context: dict[str, Any], dress: Dress, described: bytes = b"", finisher: Any = None) -> bytes:
    markup = render_to_string(template, context | {"language": get_language() or "fr"})
    weasyprint, fetcher = _engine(dress.pictures)
    document = weasyprint.HTML(string=markup, base_url="paper:", url_fetcher=fetcher)
    rules = [path.read_text(encoding="utf-8") for path in (STYLE, *dress.styles)]
    styles = [weasyprint.CSS(string=rule, base_url="paper:", url_fetcher=fetcher) for rule in rules]
    inside = [_inside(weasyprint, one) for one in dress.enclosed]
    mark = _mark(markup, (one.content for one in dress.enclosed), dress.pictures.values())
    options = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "pdf_identifier": mark, "attachments": inside}
    rendered = document.render(stylesheets=styles, **options)
    if more := b"".join([described, *(one.described for one in dress.enclosed)]):
        own = rendered.metadata.generate_rdf_metadata
        rendered.metadata.generate_rdf_metadata = lambda *said: own(*said).replace(b"</rdf:RDF>", more + b"</rdf:RDF>")
    made: bytes = rendered.write_pdf(finisher=finisher, **options)
    return made


def _inside(weasyprint: Any, one: Enclosed) -> Any:
    told = {"name": one.name, "description": one.description, "relationship": one.relationship}
    return weasyprint.Attachment(string=one.content, created=one.made_at, modified=one.made_at, **told)


def _mark(markup: str, *contents: Iterable[bytes]) -> bytes:
    """The identifier of a file: what follows from all that goes into it."""
    digest = hashlib.sha256(markup.encode())
    for content in contents:
        for one in content:
            digest.update(one)
    return digest.digest()[:16]


def _engine(pictures: Mapping[str, bytes] | None = None) -> tuple[Any, Any]:
    """WeasyPrint, loaded on first use so that the site runs without Pango, and a fetcher that reads our two fonts and our own pictures."""
    try:
        import weasyprint
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
    except OSError:
        raise CannotPrint(_("Ask the operator to install Pango. The word-processor file can be made.")) from None
    drawn = pictures or {}

    class OursOnly(URLFetcher):
        """Nothing is fetched that an applicant's text may name."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in drawn:
                return URLFetcherResponse(url, body=drawn[url], headers={"Content-Type": "image/svg+xml"})
            if url not in OURS:
                raise FatalURLFetchingError(f"refused: {url[:60]}")
            return URLFetcherResponse(url, body=OURS[url].read_bytes(), headers={"Content-Type": "font/ttf"})

    return weasyprint, OursOnly()
