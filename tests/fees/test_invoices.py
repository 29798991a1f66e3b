"""Schedules, invoices, credit notes and payments of an accepted quote: their sums, their order, and who may do what."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from fees.invoices import rules
from fees.invoices.models import HolderBill, Installment, Invoice, InvoiceVat, PayeeTransfer
from fees.invoices.notifications import concerned
from fees.invoices.services import crediting, issuing, paying, scheduling
from fees.invoices.services.paying import Noted, balance_of
from fees.invoices.splitting import Step, over_steps, periods, total, upfront
from fees.invoices.states import InvoiceKind, InvoiceState, Mode, Trigger
from fees.invoices.tasks import remind
from fees.tariff.vocabulary import Charged
from tests.accounts.factories import UserFactory
from tests.fees.invoicing import HALF, a_plan, an_invoice, an_owed_quote, in_halves, issued, owed
from tests.fees.quoting import a_complete_dossier, a_fee_manager, a_quote, every_grid, grids_in_force
from tests.requests_app.factories import cast
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState
from workflow.silence import lapse_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_seller")]


@pytest.fixture
def a_seller(settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


@pytest.fixture
def manager() -> Any:
    return a_fee_manager()


@pytest.fixture
def people() -> dict[str, Any]:
    return cast()


def told(reference: str = "TIT-2026-1", on: date | None = None) -> Noted:
    return Noted(on or timezone.localdate(), reference)


def test_an_invoice_in_one_go_asks_for_what_the_quote_says(manager: Any) -> None:
    quote = an_owed_quote(manager)
    (installment,) = a_plan(quote, manager)
    (invoice,) = issued(installment, manager)
    assert (invoice.net, invoice.vat, invoice.gross) == (quote.net, quote.vat, quote.gross)
    assert invoice.number == f"FAC-{invoice.year}-00001"
    assert invoice.kind == InvoiceKind.INVOICE
    assert invoice.due_on == invoice.issued_on + timedelta(days=30)
    assert Clock.objects.filter(subject_type="invoice", subject_id=invoice.pk, code="K-FAC").exists()
    assert JournalLine.objects.get(subject_type="invoice", subject_id=invoice.pk).action == "issue"


def test_the_installments_make_the_whole_to_the_cent_line_by_line(manager: Any) -> None:
    quote = an_owed_quote(manager)
    third = Decimal("0.33333333")
    steps = (Step(Trigger.ACCEPTANCE, third), Step(Trigger.PERMIT, third), Step(Trigger.DELIVERY, 1 - 2 * third))
    installments = a_plan(quote, manager, *steps)
    assert total(one.net for one in installments) == quote.net
    by_line: dict[str, Decimal] = {}
    for one in installments:
        for line in one.lines.all():
            by_line[line.key] = by_line.get(line.key, Decimal(0)) + line.net
    assert by_line == {"/".join(filter(None, line.key)): line.due for line in quote.kept.result.lines if line.due}


def test_each_payer_has_its_own_invoice_and_their_sum_is_the_quote(manager: Any) -> None:
    quote = an_owed_quote(manager, shares=(Decimal("0.4"),))
    invoices = issued(a_plan(quote, manager)[0], manager)
    assert len({invoice.buyer_id for invoice in invoices}) == 2
    assert total(invoice.net for invoice in invoices) == quote.net


def test_what_is_asked_for_beforehand_is_a_prepayment(manager: Any) -> None:
    first, second = a_plan(an_owed_quote(manager), manager, *in_halves())
    assert [issued(one, manager)[0].kind for one in (first, second)] == [InvoiceKind.PREPAYMENT, InvoiceKind.INVOICE]


def test_the_part_of_a_holder_is_a_transfer_once_the_invoice_is_paid(manager: Any) -> None:
    invoice = an_invoice(manager)
    transfers = list(PayeeTransfer.objects.filter(invoice=invoice))
    assert {one.payee for one in transfers} == {"eds-illustratif"}
    for one in transfers:
        assert one.net == total(row.net for row in invoice.lines.filter(payee=one.payee))
        with pytest.raises(RuleBroken):
            paying.note_transfer(one, told(), by=manager, at=timezone.now())
    paying.note_payment(invoice, invoice.gross, told(), by=manager, at=timezone.now())
    paying.note_transfer(transfers[0], told("VIR-1"), by=manager, at=timezone.now())
    transfers[0].refresh_from_db()
    assert transfers[0].reference == "VIR-1"


def test_an_installment_waits_for_what_makes_it_due(manager: Any) -> None:
    quote = an_owed_quote(manager)
    _now, later = a_plan(quote, manager, Step(Trigger.ACCEPTANCE, HALF), Step(Trigger.DELIVERY, HALF))
    with pytest.raises(RuleBroken):
        issued(later, manager)
    quote.dossier.__class__.objects.filter(pk=quote.dossier_id).update(data_opened_on=timezone.localdate())
    assert issued(later, manager)


def test_an_installment_is_invoiced_once(manager: Any) -> None:
    (installment,) = a_plan(an_owed_quote(manager), manager)
    issued(installment, manager)
    with pytest.raises(WrongState):
        issued(installment, manager)


def test_a_later_plan_replaces_what_is_not_invoiced_and_keeps_the_rest(manager: Any) -> None:
    quote = an_owed_quote(manager)
    first, second = a_plan(quote, manager, *in_halves())
    issued(first, manager)
    (rest,) = a_plan(quote, manager)
    second.refresh_from_db()
    assert second.dropped_at is not None
    assert first.net + rest.net == quote.net
    issued(rest, manager)
    with pytest.raises(RuleBroken):
        a_plan(quote, manager)


def test_without_the_facts_of_the_seller_nothing_is_issued(manager: Any, settings: Any) -> None:
    settings.SELLER_SIRET = ""
    (installment,) = a_plan(an_owed_quote(manager), manager)
    with pytest.raises(RuleBroken):
        issued(installment, manager)
    assert not Invoice.objects.exists()


def test_a_full_reversal_leaves_nothing_in_any_group_and_cancels(manager: Any) -> None:
    invoice = an_invoice(manager)
    group = invoice.vat_groups.order_by("-taxable").first()
    crediting.credit(invoice, {group.pk: Decimal("333.33")}, "Jours non faits.", by=manager, at=timezone.now())
    note = crediting.credit_all(invoice, "Projet abandonné.", by=manager, at=timezone.now())
    assert note.number.startswith("AVO-")
    assert all(rest.taxable == 0 and rest.vat == 0 for rest in crediting.remaining(invoice).values())
    invoice = Invoice.objects.get(pk=invoice.pk)
    assert invoice.state == InvoiceState.CANCELLED
    assert balance_of(invoice).due == 0


def test_a_credit_never_exceeds_what_remains(manager: Any) -> None:
    invoice = an_invoice(manager)
    group = invoice.vat_groups.order_by("-taxable").first()
    with pytest.raises(RuleBroken):
        crediting.credit(invoice, {group.pk: group.taxable + Decimal("0.01")}, "Trop.", by=manager, at=timezone.now())
    with pytest.raises(RuleBroken):
        crediting.credit(invoice, {group.pk: Decimal(1)}, "  ", by=manager, at=timezone.now())
    assert not Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).exists()


def test_payments_move_an_invoice_and_a_correction_opens_it_again(manager: Any) -> None:
    invoice = an_invoice(manager)
    paying.note_payment(invoice, Decimal(100), told(), by=manager, at=timezone.now())
    assert invoice.state == InvoiceState.PARTLY_PAID
    with pytest.raises(RuleBroken):
        paying.note_payment(invoice, invoice.gross, told(), by=manager, at=timezone.now())
    paying.note_payment(invoice, invoice.gross - 100, told(), by=manager, at=timezone.now())
    assert invoice.state == InvoiceState.PAID
    paying.note_payment(invoice, Decimal(-100), told("Erreur de saisie"), by=manager, at=timezone.now())
    assert invoice.state == InvoiceState.SENT
    assert balance_of(invoice).due == 100


def test_a_credit_after_payment_says_what_is_to_be_repaid(manager: Any) -> None:
    invoice = an_invoice(manager)
    paying.note_payment(invoice, invoice.gross, told(), by=manager, at=timezone.now())
    crediting.credit_all(invoice, "Rien n'a été livré.", by=manager, at=timezone.now())
    assert balance_of(invoice).due == -invoice.gross
    paying.note_payment(invoice, -invoice.gross, told("REMB-1"), by=manager, at=timezone.now())
    assert balance_of(invoice).due == 0


def test_only_the_fee_manager_plans_issues_credits_and_notes(manager: Any, people: dict[str, Any]) -> None:
    quote = an_owed_quote(manager, people=people)
    for person in (people["owner"], people["officer"], UserFactory()):
        with pytest.raises(NotAllowed):
            scheduling.plan(quote, Mode.UPFRONT, upfront(), by=person, at=timezone.now())
    (installment,) = a_plan(quote, manager)
    for person in (people["owner"], people["officer"], UserFactory()):
        with pytest.raises(NotAllowed):
            issuing.issue(installment, by=person, at=timezone.now())
    assert Installment.objects.open().count() == 1


def test_periods_follow_each_other_and_once_is_charged_once() -> None:
    steps = periods(date(2026, 1, 31), 3, 1)
    assert [(step.planned_on, step.period_to) for step in steps] == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
    ]
    assert over_steps(Decimal(100), steps, Mode.PERIODIC, Charged.ONE_OFF) == [100, 0, 0]
    assert over_steps(Decimal(100), steps, Mode.PERIODIC, Charged.PER_MONTH) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert InvoiceVat.objects.count() == 0


def test_what_the_holder_invoices_itself_gets_no_number_here(manager: Any) -> None:
    grids_in_force()
    every_grid(billing="direct_by_holder")
    quote = owed(a_quote(a_complete_dossier(), manager))
    (installment,) = a_plan(quote, manager)
    (invoice,) = issued(installment, manager)
    bill = HolderBill.objects.get(installment=installment)
    assert {line.payee for line in invoice.lines.all()} == {"plateforme-illustrative"}
    assert bill.payee == "eds-illustratif"
    assert bill.net + invoice.net == quote.net
    assert not PayeeTransfer.objects.exists()
    paying.note_holder_bill(bill, told("CHU-2026-77"), by=manager, at=timezone.now())
    with pytest.raises(WrongState):
        paying.note_holder_bill(bill, told("CHU-2026-78"), by=manager, at=timezone.now())
    with pytest.raises(RuleBroken):  # what the holder has invoiced is not planned again
        a_plan(quote, manager)


def test_what_was_credited_may_be_planned_again_and_what_was_invoiced_too_much_is_credited_first(manager: Any) -> None:
    quote = an_owed_quote(manager)
    (installment,) = a_plan(quote, manager)
    (invoice,) = issued(installment, manager)
    before = scheduling.still_owed(quote)
    assert all(one.net == 0 for one in before)
    crediting.credit_all(invoice, "Erreur de payeur.", by=manager, at=timezone.now())
    (again,) = a_plan(quote, manager)
    assert again.net == quote.net
    with pytest.raises(RuleBroken):
        rules.require_nothing_too_much({"line": Decimal("-0.01")})


def test_the_file_is_made_in_the_background_then_the_invoice_counts_as_sent_and_people_are_written_to(manager: Any) -> None:
    invoice = an_invoice(manager)
    queued = set(OutboxMessage.objects.values_list("kind", "key"))
    assert {("invoice_paper", f"invoice_paper:{invoice.pk}:{language}") for language in ("fr", "en")} <= queued
    invoice.send(by=User.objects.system(), at=timezone.now())
    assert OutboxMessage.objects.filter(kind="invoice_moved").exists()


def test_an_invoice_falls_overdue_by_its_clock_only(manager: Any) -> None:
    first, second = a_plan(an_owed_quote(manager), manager, *in_halves())
    (late,) = issued(first, manager, at=timezone.now() - timedelta(days=40))
    (fresh,) = issued(second, manager)
    with pytest.raises(RuleBroken):
        fresh.fall_overdue(by=User.objects.system(), at=timezone.now())
    lapse_all(timezone.now())
    late = Invoice.objects.get(pk=late.pk)
    assert [late.state, Invoice.objects.get(pk=fresh.pk).state] == [InvoiceState.OVERDUE, InvoiceState.ISSUED]
    assert remind() == 0
    paying.note_payment(late, Decimal(5), told(), by=manager, at=timezone.now())
    assert late.state == InvoiceState.OVERDUE
    paying.note_payment(late, late.gross - 5, told(), by=manager, at=timezone.now())
    assert late.state == InvoiceState.PAID


def test_who_pays_is_reminded_before_the_last_day_and_every_month_after_it(manager: Any) -> None:
    (installment,) = a_plan(an_owed_quote(manager), manager)
    (invoice,) = issued(installment, manager, at=timezone.now() - timedelta(days=25))
    assert remind() == remind() == 1
    letters = OutboxMessage.objects.filter(key__startswith=f"mail:invoice:due:{invoice.pk}")
    assert letters.exists()
    assert letters.count() == len(concerned(invoice))


def test_a_suspended_installment_is_not_invoiced_until_it_is_resumed(manager: Any) -> None:
    (installment,) = a_plan(an_owed_quote(manager), manager)
    now = timezone.now()
    with pytest.raises(RuleBroken):
        scheduling.suspend(installment, " ", by=manager, at=now)
    scheduling.suspend(installment, "Le financeur attend son budget.", by=manager, at=now)
    with pytest.raises(WrongState, match="suspend"):
        scheduling.suspend(installment, "Encore.", by=manager, at=now)
    assert not Installment.objects.ready(timezone.localdate()).exists()
    with pytest.raises(WrongState):
        issued(installment, manager)
    scheduling.resume(installment, by=manager, at=now)
    with pytest.raises(WrongState):
        scheduling.resume(installment, by=manager, at=now)
    assert issued(installment, manager)
    lines = JournalLine.objects.filter(subject_type="quote", action__in=["suspend_installment", "resume_installment"])
    assert lines.count() == 2
    assert "budget" not in str([line.facts for line in lines])


def test_only_the_fee_manager_suspends(manager: Any, people: dict[str, Any]) -> None:
    (installment,) = a_plan(an_owed_quote(manager, people=people), manager)
    for name in ("owner", "officer"):
        with pytest.raises(NotAllowed):
            scheduling.suspend(installment, "Parce que.", by=people[name], at=timezone.now())
