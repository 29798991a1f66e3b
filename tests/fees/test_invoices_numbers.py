"""Numbers without gaps while twenty issue at once; and what the database itself refuses of an issued document."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fees.invoices.models import Invoice, InvoiceLine, InvoiceVat, Payment
from fees.invoices.services import crediting, issuing
from fees.invoices.services.numbering import next_number
from tests.fees.invoicing import a_plan, an_invoice, an_owed_quote, issued
from tests.fees.quoting import a_fee_manager


@pytest.fixture
def a_seller(settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


def put_bare(like: Invoice, at: Any) -> tuple[int, Any]:
    """A numbered document in a transaction of its own, as an issuer writes it."""
    try:
        with transaction.atomic():
            numbered = next_number("FAC", at)
            columns = {name: getattr(like, name) for name in ("kind", "dossier_id", "quote_id", "buyer_id", "issued_by_id", "tax_point")}
            invoice = Invoice.objects.create(
                **columns,
                series="FAC",
                year=numbered.year,
                sequence=numbered.sequence,
                number=numbered.number,
                issued_at=numbered.issued_at,
                issued_on=numbered.issued_at.date(),
                due_on=numbered.issued_at.date(),
                net=Decimal(10),
                vat=0,
                gross=Decimal(10),
                parties=like.parties,
            )
            line = like.lines.order_by("pk")[0]
            told = {"payee": line.payee, "payee_name": line.payee_name}
            InvoiceLine.objects.create(
                invoice=invoice,
                position=1,
                key="x",
                label_fr="x",
                label_en="x",
                net=10,
                vat_category="O",
                vat_rate=0,
                taxed_on=line.taxed_on,
                **told,
            )
            InvoiceVat.objects.create(invoice=invoice, category="O", rate=0, taxable=10, vat=0, **told)
        return numbered.sequence, numbered.issued_at
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_seller")
def test_twenty_issuers_at_once_leave_no_gap_and_numbers_follow_the_order_of_issue() -> None:
    first, now = an_invoice(), timezone.now()
    instants = [now - timedelta(milliseconds=(7 * place) % 20) for place in range(20)]
    with ThreadPoolExecutor(20) as pool:
        given = list(pool.map(lambda at: put_bare(first, at), instants))
    assert sorted(sequence for sequence, _at in given) == list(range(2, 22))
    rows = list(Invoice.objects.order_by("sequence").values_list("sequence", "issued_at"))
    assert [at for _sequence, at in rows] == sorted(at for _sequence, at in rows)


def refused(act: Callable[[], Any]) -> None:
    """The database refuses it, now or when the transaction ends."""
    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012 (the second line makes deferred checks speak)
        act()
        connection.check_constraints()


@pytest.mark.django_db
@pytest.mark.usefixtures("a_seller")
def test_the_database_keeps_issued_documents_as_they_are() -> None:
    invoice = an_invoice(a_fee_manager())
    connection.check_constraints()
    table = Invoice.objects.filter(pk=invoice.pk)
    line, group = invoice.lines.order_by("pk")[0], invoice.vat_groups.order_by("pk")[0]
    for change in ({"net": 1}, {"number": "FAC-2026-00009"}, {"parties": {}}, {"gross": 0}, {"due_on": None}, {"buyer": None}):
        refused(lambda change=change: table.update(**change))
    refused(lambda: table.update(state="paid"))
    refused(table.delete)
    refused(lambda: InvoiceLine.objects.filter(pk=line.pk).update(net=1))
    refused(lambda: InvoiceVat.objects.filter(pk=group.pk).delete())
    told = {"payee": "x", "payee_name": "x"}
    refused(lambda: InvoiceVat.objects.create(invoice=invoice, category="O", rate=0, taxable=1, vat=0, **told))
    more = {"key": "x", "label_fr": "x", "label_en": "x", "vat_category": "S", "vat_rate": 20, "taxed_on": line.taxed_on}
    refused(lambda: InvoiceLine.objects.create(invoice=invoice, position=99, net=1, **told, **more))


def copied(invoice: Invoice, **changes: Any) -> Invoice:
    """Another document like this one, written without the services."""
    names = [field.attname for field in Invoice._meta.concrete_fields if field.name != "id"]
    row = {name: invoice.__dict__[name] for name in names} | {"journal_seq": 0, "journal_head": ""}
    return Invoice.objects.create(**(row | changes))


@pytest.mark.django_db
@pytest.mark.usefixtures("a_seller")
def test_the_database_refuses_a_gap_a_step_back_and_a_credit_that_exceeds() -> None:
    invoice = an_invoice(a_fee_manager())
    year, at = invoice.year, invoice.issued_at
    refused(lambda: copied(invoice, sequence=3, number=f"FAC-{year}-00003"))
    refused(lambda: copied(invoice, sequence=2, number=f"FAC-{year}-00002", issued_at=at - timedelta(days=1)))
    group = invoice.vat_groups.order_by("-taxable")[0]

    def credit(taxable: Decimal, vat: Decimal) -> None:
        note = copied(
            invoice,
            series="AVO",
            sequence=1,
            number=f"AVO-{year}-00001",
            kind="381",
            corrects_id=invoice.pk,
            due_on=None,
            words="x",
            net=taxable,
            vat=vat,
            gross=taxable + vat,
        )
        told = {"payee": group.payee, "payee_name": group.payee_name, "category": group.category, "rate": group.rate}
        InvoiceVat.objects.create(invoice=note, taxable=taxable, vat=vat, **told)

    refused(lambda: credit(group.taxable + Decimal("0.01"), group.vat))
    refused(lambda: credit(group.taxable, group.vat + Decimal("0.01")))
    refused(
        lambda: Payment.objects.create(invoice=invoice, amount=0, reference="x", received_on=at, noted_at=at, noted_by=invoice.issued_by)
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("a_seller")
def test_little_is_written_between_a_number_and_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else is written before the lock on the numbers is taken, for every payer and for a credit note too."""
    manager = a_fee_manager()
    (installment,) = a_plan(an_owed_quote(manager, shares=(Decimal("0.4"),)), manager)
    marks: list[int] = []
    monkeypatch.setattr(issuing, "next_number", lambda *asked: (marks.append(len(written)), next_number(*asked))[1])
    with CaptureQueriesContext(connection) as written:
        invoices = issued(installment, manager)
    assert len(invoices) == len(marks) == 2
    after = [query["sql"] for query in written.captured_queries[marks[0] :]]
    assert len(after) <= 2 * 10, after
    assert not [sql for sql in after if sql.startswith("SELECT")], "nothing is read while the numbers are held"
    marks.clear()
    with CaptureQueriesContext(connection) as written:
        crediting.credit_all(invoices[0], "Erreur de saisie.", by=manager, at=timezone.now())
    after = [query["sql"] for query in written.captured_queries[marks[0] :]]
    assert len(after) <= 10 and not [sql for sql in after if sql.startswith("SELECT")], after
    assert Invoice.objects.get(pk=invoices[0].pk).state == "cancelled"
