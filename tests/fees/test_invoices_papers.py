"""The file of an invoice: data that hold to the schema and to the rules of EN 16931, inside a tagged PDF/A-3 that says what it is."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.utils import timezone, translation
from facturx import generate_cii_xml, get_facturx_xml_from_pdf, xml_check_xsd
from lxml import etree

from accounts.models import User
from fees.invoices.documents.delivery import make_paper
from fees.invoices.documents.drawing import pdf_of_invoice
from fees.invoices.documents.structured import told_of, xml_of
from fees.invoices.models import InstallmentLine, Invoice
from fees.invoices.services import crediting, paying
from fees.invoices.sheets import csv_of
from fees.invoices.shown import shown_invoice
from tests.fees.invoicing import a_plan, an_invoice, an_owed_quote, issued
from tests.fees.quoting import a_fee_manager

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_seller")]
CII = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}


@pytest.fixture
def a_seller(settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES, settings.SELLER_IBAN = ["plateforme-illustrative"], "FR7630006000011234567890189"


def said(xml: bytes, name: str) -> list[str]:
    return [str(one.text) for one in etree.fromstring(xml).iterfind(f".//ram:{name}", CII)]


def test_the_data_hold_to_the_schema_and_the_rules_and_say_the_same_amounts() -> None:
    invoice = an_invoice()
    xml = xml_of(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert generate_cii_xml(told_of(invoice), level="en16931", check_xsd=True, check_schematron="base")
    assert said(xml, "GrandTotalAmount") == [str(invoice.gross)]
    assert said(xml, "TaxTotalAmount") == [str(invoice.vat)]
    assert sum(map(Decimal, said(xml, "LineTotalAmount")[:-1])) == invoice.net


def test_a_credit_note_names_what_it_corrects() -> None:
    manager = a_fee_manager()
    invoice = an_invoice(manager)
    note = crediting.credit_all(invoice, "Projet abandonné.", by=manager, at=timezone.now())
    xml = xml_of(note)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert invoice.number in said(xml, "IssuerAssignedID")
    assert b"<ram:TypeCode>381</ram:TypeCode>" in xml


def test_what_is_out_of_the_scope_of_vat_has_an_invoice_of_its_own_and_says_why() -> None:
    manager = a_fee_manager()
    (installment,) = a_plan(an_owed_quote(manager), manager)
    keys = list(installment.lines.order_by("position").values_list("pk", flat=True))[:1]
    with connection.cursor() as cursor:  # the lines of a plan are written once: what another grid would have said is written aside
        cursor.execute("SET LOCAL session_replication_role = replica")
        InstallmentLine.objects.filter(pk__in=keys).update(vat_profile="public_authority")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    invoices = issued(installment, manager)
    assert [{row.category for row in one.vat_groups.all()} for one in invoices] == [{"O"}, {"S"}]
    told = told_of(invoices[0])
    assert told["BG-23"][0]["BT-121"] == "VATEX-EU-O"
    assert "vat_identifier" not in told["BG-4"]
    assert xml_check_xsd(xml_of(invoices[0]), flavor="factur-x", level="en16931")


@pytest.mark.needs("pango")
def test_the_file_is_tagged_pdf_a_with_the_data_inside_and_keeps_its_title() -> None:
    invoice = an_invoice()
    with translation.override("fr"):
        made, xml = pdf_of_invoice(invoice)
        again, _xml = pdf_of_invoice(Invoice.objects.get(pk=invoice.pk))
    assert made == again
    name, inside = get_facturx_xml_from_pdf(made)
    assert (name, inside) == ("factur-x.xml", xml)
    with pikepdf.open(io.BytesIO(made)) as file:
        assert file.Root.MarkInfo.Marked
        assert file.Root.Lang == "fr"
        assert "/StructTreeRoot" in file.Root
        assert file.Root.AF[0].AFRelationship == "/Alternative"
        with file.open_metadata() as about:
            assert about["pdfaid:part"] == "3"
            assert about["pdfaid:conformance"] == "A"
            assert invoice.number in about["dc:title"]
            assert about["{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel"] == "EN 16931"
            assert about["{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}DocumentFileName"] == "factur-x.xml"


@pytest.mark.needs("pango")
def test_a_file_is_made_once_and_its_hash_is_journalled() -> None:
    invoice, system = an_invoice(), User.objects.system()
    paper = make_paper(invoice, "fr", by=system, at=timezone.now())
    line = invoice.papers.model.objects.get(pk=paper.pk)
    assert len(line.sha256) == len(line.xml_sha256) == 64


def test_the_file_of_the_accountant_disarms_formulas_and_negates_credit_notes() -> None:
    manager = a_fee_manager()
    invoice = an_invoice(manager)
    crediting.credit_all(invoice, "Projet abandonné.", by=manager, at=timezone.now())
    paying.note_accounting(invoice, "=1+1", by=manager, at=timezone.now())
    lines = list(csv_of(Invoice.objects.all()))
    assert len(lines) == 1 + 2 * invoice.vat_groups.count()
    assert sum(line.count("'=1+1") for line in lines) == invoice.vat_groups.count()
    assert any(f";-{invoice.gross};" in line for line in lines)


def test_signs_that_xml_cannot_hold_do_not_keep_a_file_from_being_made_for_ever() -> None:
    """A vertical tab pasted into the reason of a credit note made its data impossible, and an issued document never changes."""
    manager = a_fee_manager()
    note = crediting.credit_all(an_invoice(manager), "Projet\x0babandonné\x1f.", by=manager, at=timezone.now())
    xml = xml_of(note)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert "Projet abandonné ." in said(xml, "Content")


def test_the_mentions_of_the_day_stand_on_an_invoice_with_their_codes_and_on_no_credit_note(settings: Any) -> None:
    settings.SELLER_LATE_PENALTY, settings.SELLER_RECOVERY_FEE = "Pénalités : trois fois le taux légal", "Indemnité forfaitaire : 40 €"
    settings.SELLER_VAT_ON_DEBITS = True
    manager = a_fee_manager()
    invoice = an_invoice(manager)
    settings.SELLER_LATE_PENALTY, settings.SELLER_RECOVERY_FEE, settings.SELLER_VAT_ON_DEBITS = "", "", False
    xml = xml_of(invoice)
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert said(xml, "SubjectCode") == ["PMD", "PMT"]
    assert list(shown_invoice(invoice).mentions) == said(xml, "Content")
    assert len(shown_invoice(invoice).mentions) == 3
    note = crediting.credit_all(invoice, "Projet abandonné.", by=manager, at=timezone.now())
    assert shown_invoice(note).mentions == ()
    assert said(xml_of(note), "SubjectCode") == []
