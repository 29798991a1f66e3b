"""The file of an invoice: Factur-X, that is PDF/A-3, tagged, with the invoice as CII XML inside."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fees.invoices.documents.structured import FILE_NAME, xml_of
from fees.invoices.models import Invoice
from fees.invoices.shown import shown_invoice
from files.printing import Enclosed, archived_pdf_of

TEMPLATE = "invoices/paper.html"

#: What the metadata of a Factur-X file say, with the schema that PDF/A demands of properties that are not its own (Factur-X 1.0, 6.2).
FACTUR_X = b"""
<rdf:Description xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" rdf:about="">
  <fx:DocumentType>INVOICE</fx:DocumentType>
  <fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>
  <fx:Version>1.0</fx:Version>
  <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>%s</rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
""" % b"".join(
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>%s</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>'
    b"<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>%s</pdfaProperty:description></rdf:li>" % one
    for one in (
        (b"DocumentFileName", b"The name of the embedded XML document"),
        (b"DocumentType", b"The type of the hybrid document"),
        (b"Version", b"The version of the standard that applies to the embedded XML document"),
        (b"ConformanceLevel", b"The conformance level of the embedded XML document"),
    )
)


def pdf_of_invoice(invoice: Invoice) -> tuple[bytes, bytes]:
    """The file of an invoice in the present language, and its data; the same invoice gives the same bytes. Raises CannotPrint."""
    xml = xml_of(invoice)
    relation = "Alternative"  # the data say the same as the page
    enclosed = Enclosed(xml, FILE_NAME, _("The invoice as data (Factur-X, EN 16931)"), invoice.issued_at, relation, FACTUR_X)
    return archived_pdf_of(TEMPLATE, {"paper": paper_of(invoice)}, enclosed), xml


def paper_of(invoice: Invoice) -> dict[str, Any]:
    """What the file shows."""
    shown = shown_invoice(invoice)
    return {
        "invoice": invoice,
        "shown": shown,
        "reference": invoice.dossier.reference,
        "title": invoice.dossier.title,
        "quote": invoice.quote.number,
        "corrects": invoice.corrects.number if invoice.corrects else "",
    }
