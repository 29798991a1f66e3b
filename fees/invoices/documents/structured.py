"""An invoice as data: Cross Industry Invoice XML, profile EN 16931 of Factur-X, checked against its schema as it is made."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from fees.invoices.models import Invoice, InvoiceVat
from fees.invoices.seller import mentions_of
from fees.invoices.splitting import total
from fees.tariff.vocabulary import VatCategory

PROFILE = "en16931"
#: What no XML 1.0 document may hold, escaped or not.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: UN/ECE recommendation 20: "one".
PIECE = "C62"
CREDIT_TRANSFER = "30"
#: ISO 6523: SIREN and SIRET as identifiers.
SIREN, SIRET = "0002", "0009"
#: The name of the data inside the PDF, by the Factur-X specification.
FILE_NAME = "factur-x.xml"


def xml_of(invoice: Invoice) -> bytes:
    """The invoice as CII XML; raises if it breaks the schema. The schematron of EN 16931 is checked too."""
    from facturx import generate_cii_xml  # loaded where a file is made: it takes a second

    made: bytes = generate_cii_xml(told_of(invoice), level=PROFILE, check_xsd=True, check_schematron=False)
    return made


def told_of(invoice: Invoice) -> dict[str, Any]:
    """What the data say, by the terms of EN 16931 (BT and BG numbers); three queries."""
    lines = list(invoice.lines.order_by("position"))
    groups = breakdown(list(invoice.vat_groups.order_by("category", "rate", "payee")))
    only_out_of_scope = all(category == VatCategory.OUT_OF_SCOPE for category, _rate in groups)
    told: dict[str, Any] = {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on,
        "BT-3": invoice.kind,
        "BT-5": invoice.currency,
        "BT-10": invoice.service_code,
        "BT-13": invoice.order_reference,
        "BG-1": [{"BT-22": text} for text in _notes(invoice)] + _mentions(invoice),
        "BG-4": _seller(invoice.parties["seller"], shows_vat=not only_out_of_scope),
        "BG-7": _buyer(invoice.parties["buyer"], shows_vat=not only_out_of_scope),
        "BG-23": [_tax(key, rows) for key, rows in groups.items()],
        "BG-25": [_line(line) for line in lines],
        "BT-106": str(invoice.net),
        "BT-109": str(invoice.net),
        "BT-110": str(invoice.vat),
        "BT-112": str(invoice.gross),
        "BT-115": str(invoice.gross),
    }
    return {key: in_xml(value) for key, value in (told | _dates(invoice) | _payment(invoice)).items() if value}


def in_xml(value: Any) -> Any:
    """The value without the signs that XML cannot hold (a vertical tab pasted into a reason), however deep they stand in it."""
    if isinstance(value, str):
        return NOT_IN_XML.sub(" ", value)
    if isinstance(value, dict):
        return {key: in_xml(one) for key, one in value.items()}
    return [in_xml(one) for one in value] if isinstance(value, list) else value


def breakdown(rows: list[InvoiceVat]) -> dict[tuple[str, Decimal], list[InvoiceVat]]:
    """The VAT groups of all payees together, by category and rate: one breakdown of the document."""
    found: dict[tuple[str, Decimal], list[InvoiceVat]] = {}
    for row in rows:
        found.setdefault((row.category, row.rate), []).append(row)
    return found


def _dates(invoice: Invoice) -> dict[str, Any]:
    told: dict[str, Any] = {"BT-9": invoice.due_on}
    if invoice.period_from and invoice.period_to:
        told |= {"BT-73": invoice.period_from, "BT-74": invoice.period_to}
    else:
        told["BT-72"] = invoice.tax_point
    if invoice.corrects is not None:
        told["BG-3"] = [{"BT-25": invoice.corrects.number, "BT-26": invoice.corrects.issued_on}]
    return told


def _payment(invoice: Invoice) -> dict[str, Any]:
    seller = invoice.parties["seller"]
    if invoice.is_credit_note or not seller["iban"]:
        return {}
    return {"BT-81": CREDIT_TRANSFER, "BT-84": seller["iban"], "BT-86": seller["bic"], "BT-83": invoice.number}


def _notes(invoice: Invoice) -> list[str]:
    words = [invoice.words] if invoice.words else []
    return [*words, "Exemple fictif, pas un tarif officiel"] if invoice.illustrative else words


def _mentions(invoice: Invoice) -> list[dict[str, str]]:
    kept = [] if invoice.is_credit_note else mentions_of(invoice.parties["seller"])
    return [{"BT-21": code, "BT-22": text} if code else {"BT-22": text} for text, code in kept]


def _seller(seller: dict[str, str], *, shows_vat: bool) -> dict[str, Any]:
    told = {
        "name": seller["name"],
        "legal_identifier": seller["siret"][:9],
        "legal_identifier_schemeid": SIREN,
        "vat_identifier": seller["vat_number"] if shows_vat else "",
        "addr_line1": seller["street"],
        "postcode": seller["postcode"],
        "city": seller["city"],
        "country_code": seller["country"],
        "identifiers": {SIRET: seller["siret"]},
    }
    return {key: value for key, value in told.items() if value}


def _buyer(buyer: dict[str, str], *, shows_vat: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": buyer["name"],
        "legal_identifier": buyer["siren"],
        "legal_identifier_schemeid": SIREN if buyer["siren"] else "",
        "vat_identifier": buyer["vat_number"] if shows_vat else "",
        "addr_line1": buyer.get("address", ""),
        "city": buyer["city"],
        "country_code": buyer["country"],
    }
    return {key: value for key, value in told.items() if value}


def _tax(key: tuple[str, Decimal], rows: list[InvoiceVat]) -> dict[str, Any]:
    category, rate = key
    told: dict[str, Any] = {
        "BT-116": str(total(row.taxable for row in rows)),
        "BT-117": str(total(row.vat for row in rows)),
        "BT-118": category,
    }
    if category != VatCategory.OUT_OF_SCOPE:
        told["BT-119"] = str(rate)
    if category not in (VatCategory.STANDARD, VatCategory.ZERO):
        told |= {"BT-120": rows[0].mention_fr, "BT-121": rows[0].exemption_code}
    return {name: value for name, value in told.items() if value}


def _line(line: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "BT-126": str(line.position),
        "BT-153": line.label_fr,
        "BT-154": line.payee_name,
        "BT-155": line.key,
        "BT-129": "1",
        "BT-130": PIECE,
        "BT-131": str(line.net),
        "BT-146": str(line.net),
        "BT-151": line.vat_category,
    }
    return told if line.vat_category == VatCategory.OUT_OF_SCOPE else told | {"BT-152": str(line.vat_rate)}
