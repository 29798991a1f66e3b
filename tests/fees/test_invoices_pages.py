"""The pages of invoices: who sees what, what is done from them, and that their queries do not grow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import SYSTEM, Role
from fees.invoices.models import Installment, Invoice, Payment
from fees.invoices.policies import MAY, PAYER, roles_on
from fees.invoices.services import scheduling
from fees.invoices.splitting import Step
from fees.invoices.states import InvoiceKind, InvoiceState, Mode, Trigger
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.fees.invoicing import HALF, a_plan, an_invoice, an_owed_quote, issued
from tests.fees.quoting import a_fee_manager
from tests.requests_app.factories import cast
from workflow.engine import moves_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_seller")]

#: The matrix, by hand: move → the states it leaves, the state it leads to, and who makes it.
F, S = Role.FEE_MANAGER.value, SYSTEM
MOVES: dict[str, tuple[set[str], str, set[str]]] = {
    "send": ({"issued"}, "sent", {S}),
    "pay_part": ({"issued", "sent", "partly_paid"}, "partly_paid", {F, S}),
    "pay_part_late": ({"overdue"}, "overdue", {F, S}),
    "settle": ({"issued", "sent", "partly_paid", "overdue"}, "paid", {F, S}),
    "reopen": ({"paid"}, "sent", {F}),
    "fall_overdue": ({"issued", "sent", "partly_paid"}, "overdue", {S}),
    "cancel_by_credit": ({"issued", "sent", "partly_paid", "overdue", "paid"}, "cancelled", {F}),
}


@pytest.fixture(autouse=True)
def a_seller(settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


@pytest.fixture
def manager() -> Any:
    return a_fee_manager()


@pytest.fixture
def people() -> dict[str, Any]:
    return cast()


def client_of(user: Any) -> Client:
    """A client that this person has signed in with, second factor given where there is one."""
    client = Client()
    client.force_login(user)
    device = TOTPDevice.objects.filter(user=user).first()
    if device is not None:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def test_each_move_leaves_these_states_and_is_made_by_these_roles() -> None:
    told = {name: (set(spec.sources), spec.target, set(MAY[name])) for name, spec in moves_of(Invoice).items()}
    assert told == MOVES


def test_who_signs_for_the_payer_sees_its_invoice_and_nobody_else_does(manager: Any, people: dict[str, Any]) -> None:
    invoice = an_invoice(manager, people=people)
    payer, stranger = UserFactory(device=True), UserFactory()
    RoleGrantFactory(user=payer, role=Role.SIGNATORY, organisation=invoice.buyer)
    assert roles_on(payer, invoice) >= {PAYER}
    address = invoice.get_absolute_url()
    told = {"owner": people["owner"], "payer": payer, "manager": manager, "stranger": stranger, "committee": people["president"]}
    answers = {name: client_of(person).get(address).status_code for name, person in told.items()}
    assert answers == {"owner": 200, "payer": 200, "manager": 200, "stranger": 404, "committee": 404}
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("page", ["credit", "payment", "accounting"])
def test_only_the_fee_manager_is_offered_what_changes_an_invoice(page: str, manager: Any, people: dict[str, Any]) -> None:
    invoice = an_invoice(manager, people=people)
    address = reverse(f"invoices:{page}", args=[invoice.dossier.reference, invoice.number])
    assert client_of(people["owner"]).get(address).status_code == 404
    assert client_of(manager).get(address).status_code == 200


def test_the_desk_is_for_who_sees_invoices(manager: Any, people: dict[str, Any]) -> None:
    for name in ("invoices:work", "invoices:export"):
        assert client_of(people["owner"]).get(reverse(name)).status_code == 404
        assert client_of(manager).get(reverse(name)).status_code == 200


def test_a_schedule_is_entered_and_its_first_installment_issued_from_the_pages(manager: Any) -> None:
    quote = an_owed_quote(manager)
    client, reference = client_of(manager), quote.dossier.reference
    entered = {"mode": "milestones", "trigger-0": "acceptance", "share-0": "40", "trigger-1": "delivery", "share-1": "60", "months": "1"}
    wrong = client.post(reverse("invoices:plan", args=[reference]), entered | {"share-1": "50"})
    assert wrong.status_code == 422
    assert client.post(reverse("invoices:plan", args=[reference]), entered).status_code == 302
    first = Installment.objects.open().order_by("position")[0]
    assert reverse("invoices:issue", args=[first.pk]) in client.get(reverse("quotes:dossier", args=[reference])).content.decode()
    assert client.post(reverse("invoices:issue", args=[first.pk]), {}).status_code == 422
    assert client.post(reverse("invoices:issue", args=[first.pk]), {"read": "on"}).status_code == 302
    assert Invoice.objects.get().kind == InvoiceKind.PREPAYMENT
    assert client.get(reverse("invoices:issue", args=[first.pk])).status_code == 404


def test_a_payment_and_a_credit_note_are_entered_from_the_pages(manager: Any) -> None:
    invoice, client = an_invoice(manager), client_of(manager)
    where = [invoice.dossier.reference, invoice.number]
    told = {"amount": "100,50", "received_on": timezone.localdate().isoformat(), "reference": "TIT-1"}
    assert client.post(reverse("invoices:payment", args=where), told | {"amount": "99999999"}).status_code == 422
    assert client.post(reverse("invoices:payment", args=where), told).status_code == 302
    assert Payment.objects.get().amount == Decimal("100.50")
    group = invoice.vat_groups.order_by("pk")[0]
    too_much = {f"group-{group.pk}": str(group.taxable + 1), "because": "Trop."}
    assert client.post(reverse("invoices:credit", args=where), too_much).status_code == 422
    assert client.post(reverse("invoices:credit", args=where), {f"group-{group.pk}": "10,00", "because": "Geste."}).status_code == 302
    note = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)
    assert note.net == Decimal("10.00")
    page = client.get(invoice.get_absolute_url()).content.decode()
    assert note.number in page
    assert Invoice.objects.get(pk=invoice.pk).state == InvoiceState.PARTLY_PAID


def queries_of(client: Client, address: str) -> int:
    """How many queries a page takes once everything is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


def test_lists_take_the_same_queries_however_many_invoices_there_are(manager: Any) -> None:
    quote, client = an_owed_quote(manager), client_of(manager)
    quarters = [Step(Trigger.ACCEPTANCE, HALF / 2) for _place in range(4)]
    steps = a_plan(quote, manager, *quarters)
    issued(steps[0], manager)
    pages = [
        reverse("invoices:work"),
        reverse("quotes:dossier", args=[quote.dossier.reference]),
        reverse("invoices:work") + "?etat=a-emettre",
    ]
    before = [queries_of(client, page) for page in pages]
    issued(steps[1], manager)
    issued(steps[2], manager)
    scheduling.plan(quote, Mode.MILESTONES, [*quarters[:2], Step(Trigger.ACCEPTANCE, HALF)], by=manager, at=timezone.now())
    assert [queries_of(client, page) for page in pages] == before


def test_an_installment_is_suspended_with_a_reason_and_resumed_from_its_pages(manager: Any, people: dict[str, Any]) -> None:
    (installment,) = a_plan(an_owed_quote(manager, people=people), manager)
    tab = reverse("quotes:dossier", args=[installment.schedule.quote.dossier.reference])
    suspend, resume = (reverse(f"invoices:{act}", args=[installment.pk]) for act in ("suspend", "resume"))
    client = client_of(manager)
    assert suspend in client.get(tab).content.decode()
    assert client.post(suspend, {"because": " "}).status_code == 422
    for stranger in ("owner", "officer"):
        assert client_of(people[stranger]).post(suspend, {"because": "Parce que."}).status_code in (403, 404), stranger
    assert not installment.pauses.exists()
    assert client.post(suspend, {"because": "Le financeur attend <son> budget."}).status_code == 302
    page = client.get(tab).content.decode()
    assert "Le financeur attend &lt;son&gt; budget." in page and resume in page and suspend not in page
    assert client.post(suspend, {"because": "Encore."}).status_code in (409, 422)
    assert client.get(resume).status_code == 405
    assert client_of(people["owner"]).post(resume).status_code in (403, 404)
    assert client.post(resume).status_code == 302 and client.post(resume).status_code == 409
    assert installment.pauses.get().resumed_at is not None and suspend in client.get(tab).content.decode()
