"""Who pays, who holds data and the desks: each finds its own, in a constant number of queries, and nothing of the others."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from catalogue.models import Database
from fees.invoices import search as invoice_search
from fees.invoices.holders_page import codes_of
from fees.invoices.models import PayeeTransfer
from fees.models import TariffGrid
from fees.quotes import search as quote_search
from fees.quotes.services import deciding, drawing_up
from fees.quotes.services.drawing_up import Payer
from requests_app.searchable import BILLS, FEES
from requests_app.slots import marks_on
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.fees.invoicing import a_plan, issued, owed
from tests.fees.quoting import a_fee_manager, a_holder, a_light_dossier, a_quote, an_issued_quote, grids_in_force, set_columns, signed_by
from tests.requests_app.factories import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "english_pages", "a_seller")]


@pytest.fixture
def a_seller(settings: Any) -> None:
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


@pytest.fixture
def people() -> dict[str, Any]:
    grids_in_force()
    return cast() | {"fees": a_fee_manager()}


def paid_by(people: dict[str, Any], payer: Any) -> Any:
    """An issued quote of somebody's dossier that this organisation pays."""
    quote = a_quote(a_light_dossier(people), people["fees"])
    drawing_up.set_payers(quote, [Payer(payer)], by=people["fees"], at=timezone.now())
    deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], quote))
    return quote


def test_a_payer_who_is_on_no_dossier_finds_its_quotes_and_invoices(
    client: Client, people: dict[str, Any], django_assert_num_queries: Any
) -> None:
    foundation, signatory = OrganisationFactory(name="Fondation Épilepsie"), UserFactory(device=True)
    RoleGrantFactory(user=signatory, role=Role.SIGNATORY, organisation=foundation)
    quote, hidden = paid_by(people, foundation), an_issued_quote(a_light_dossier(people), people["fees"])
    sign_in(client, signatory)
    assert reverse("invoices:owed") in client.get("/").content.decode()
    page = client.get(reverse("invoices:owed")).content.decode()
    assert "1 quote awaits your acceptance" in page
    assert quote.number in page
    assert hidden.number not in page
    assert client.get(quote.get_absolute_url()).status_code == 200
    (invoice,) = issued(a_plan(owed(paid_by(people, foundation)), people["fees"])[0], people["fees"])
    assert invoice.number in client.get(reverse("invoices:owed") + "?vue=factures").content.decode()
    assert client.get(invoice.get_absolute_url()).status_code == 200
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("invoices:owed"))
    paid_by(people, foundation)
    with django_assert_num_queries(len(few)):
        client.get(reverse("invoices:owed"))
    sign_in(client, people["owner"])
    assert client.get(reverse("invoices:owed")).status_code == 404


def test_a_payer_compares_its_quote_with_no_other_of_the_dossier(client: Client, people: dict[str, Any]) -> None:
    """The comparison told a payer the lines of quotes that it may not read."""
    foundation, signatory = OrganisationFactory(), UserFactory(device=True)
    RoleGrantFactory(user=signatory, role=Role.SIGNATORY, organisation=foundation)
    quote = paid_by(people, foundation)
    other = a_quote(quote.dossier, people["fees"], "estimate")
    drawing_up.set_payers(other, [Payer(OrganisationFactory())], by=people["fees"], at=timezone.now())
    set_columns(other, state="expired", issued_at=timezone.now(), issued_by_id=people["fees"].pk, valid_until=timezone.localdate())
    sign_in(client, signatory)
    page = client.get(f"{quote.get_absolute_url()}?avec={other.number}").content.decode()
    assert f'value="{other.number}"' not in page
    assert "Difference" not in page
    sign_in(client, people["owner"])
    assert f'value="{other.number}"' in client.get(f"{quote.get_absolute_url()}?avec={other.number}").content.decode()


def test_a_holder_reads_its_own_transfers_and_those_of_nobody_else(client: Client, people: dict[str, Any]) -> None:
    holder, agent = a_holder(Database.objects.get(level="main"))
    _other, stranger = a_holder()
    (invoice,) = issued(a_plan(owed(a_quote(a_light_dossier(people), people["fees"])), people["fees"])[0], people["fees"])
    transfer = PayeeTransfer.objects.get(invoice=invoice)
    sign_in(client, agent)
    assert invoice.number not in client.get(reverse("invoices:transfers")).content.decode()
    set_columns(TariffGrid.objects.get(code="EDS-ILL"), owner_id=holder.pk, owner_code=transfer.payee)
    page = client.get(reverse("invoices:transfers")).content.decode()
    assert invoice.number in page
    assert "awaits the payment of the invoice" in page
    sign_in(client, stranger)
    assert invoice.number not in client.get(reverse("invoices:transfers")).content.decode()
    sign_in(client, people["owner"])
    assert client.get(reverse("invoices:transfers")).status_code == 404
    other = TariffGrid.objects.exclude(code="EDS-ILL").first()
    set_columns(other, owner_id=None, owner_code=transfer.payee)
    assert transfer.payee not in codes_of(frozenset({holder.pk}))  # a name that two grids share shows neither of them the other's


def test_search_finds_issued_quotes_and_invoices_by_number_for_those_who_read_them(people: dict[str, Any]) -> None:
    draft = a_quote(a_light_dossier(people), people["fees"])
    assert quote_search.read(draft.pk) is None
    deciding.issue(draft, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], draft))
    found = quote_search.read(draft.pk)
    assert found is not None
    assert (found.dossier_id, found.audience) == (draft.dossier_id, FEES)
    assert draft.number in found.text
    assert quote_search.address(draft.dossier.reference, draft.pk) == draft.get_absolute_url()
    (invoice,) = issued(a_plan(owed(a_quote(a_light_dossier(people), people["fees"])), people["fees"])[0], people["fees"])
    told = invoice_search.read(invoice.pk)
    assert told is not None
    assert (invoice.number in told.text, told.audience) == (True, BILLS)


def test_the_cards_of_my_dossiers_say_what_is_to_be_accepted_and_paid(people: dict[str, Any], django_assert_num_queries: Any) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    (invoice,) = issued(a_plan(owed(a_quote(a_light_dossier(people), people["fees"])), people["fees"])[0], people["fees"])
    texts = {pk: [str(one.text) for one in notices] for pk, notices in marks_on(people["owner"], [quote.dossier, invoice.dossier]).items()}
    assert any(quote.number in text for text in texts[quote.dossier_id])
    assert any(invoice.number in text for text in texts[invoice.dossier_id])
