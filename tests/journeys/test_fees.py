"""The fees in a browser: simulated, estimated, quoted, accepted with a second factor, invoiced, and credited in part."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as of_site
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp

from catalogue.models import Database, Term
from fees.invoices.models import Installment, Invoice
from fees.invoices.states import InvoiceKind, InvoiceState
from fees.quotes.models import EstimateRequest, Quote
from fees.quotes.states import QuoteState
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import PASSWORD
from tests.fees.quoting import a_fee_manager, a_holder, grids_in_force
from tests.journeys.pages import Screen
from tests.journeys.test_main_road import Road, on_road
from tests.requests_app.factories import a_dossier, cast, term

Open = Callable[..., Screen]

#: The same project, as a visitor tells it to the simulator and as the dossier, its team, the holder and the fee manager tell it.
TOTAL = "€28,998.00"
SIMULATED = {
    "requester.category": "academic",
    "data.sources": "1",
    "data.patients": "45000",
    "data.refreshes": "1",
    "project.duration_months": "24",
    "project.users": "1",
    "project.storage_gb": "800",
    "project.snds_matching": "true",
    "estimate.prep_days": "12",
}
EXAMPLE = "not an official tariff"
REFUSED = "SME reduction: not granted, because category of the requester: academic institution."
CREDITED = Decimal("250.00")


@pytest.fixture(autouse=True)
def an_example_in_force(settings: Any, tmp_path: Any) -> None:
    """A demonstration: the example grid prices its dossiers, and the operator is known to those who pay."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DEMO_DATA = True
    settings.SELLER_SIRET, settings.SELLER_VAT_NUMBER, settings.SELLER_CITY = "13000378300029", "FR66130003783", "Paris"
    settings.SELLER_PAYEES = ["plateforme-illustrative"]


class Company:
    """Who takes part, each before their own browser."""

    def __init__(self, open_screen: Open) -> None:
        self.open_screen = open_screen
        grids_in_force(example=True)
        self.people = cast() | {"manager": a_fee_manager()}
        self.holder, self.people["agent"] = a_holder(Database.objects.get(level="main"))
        told: dict[str, Any] = {"matching": True, "matching_kind": term("matching_kind"), "matching_method": "Par le NIR chiffré."}
        told |= {"population_size": 45_000, "controller_type": Term.objects.get(vocabulary="controller_type", code="university")}
        self.dossier: Dossier = a_dossier(State.COMPLETE, self.people, **told)

    def at(self, name: str, path: str = "", **how: Any) -> Road:
        """The screen of one of them."""
        user = self.people.get(name)
        return on_road(self.open_screen(path or self.fees, user=user, language="en", **how))

    @property
    def fees(self) -> str:
        """The tab of the fees of the dossier."""
        return reverse("quotes:dossier", args=[self.dossier.reference])


def judged(road: Road) -> Road:
    """The page has no violation at 1280 px, and nothing sticks out of it at either width."""
    road.is_accessible().fits()
    road.page.set_viewport_size({"width": 360, "height": 800})
    road.fits()
    road.page.set_viewport_size({"width": 1280, "height": 800})
    return road


def simulate(company: Company) -> None:
    """Before asking anything, anybody learns what such a project would cost, and which reductions it would not have."""
    visitor = company.at("", reverse("simulator:index"))
    for name, value in SIMULATED.items():
        field = visitor.page.locator(f".questions [name='{name}']")
        kind = field.first.evaluate("one => one.tagName + (one.type === 'radio' ? ' radio' : '')")
        if kind == "SELECT":
            field.select_option(value)
        elif kind == "INPUT radio":
            visitor.page.locator(f".questions [name='{name}'][value='{value}']").check(force=True)
        else:
            field.fill(value)
    with visitor.page.expect_navigation():
        visitor.page.locator(".questions button[type=submit]").click()
    judged(visitor.ready()).shows(TOTAL).shows(EXAMPLE)


def estimate(company: Company) -> None:
    """The agent of the holder finds the request in the menu and says how much work it will be."""
    agent = judged(company.at("agent", "/").follow("Estimates")).follow(company.dossier.title)
    assert agent.page.url.endswith(reverse("quotes:estimate", args=[EstimateRequest.objects.get().pk]))
    agent.write(**{"low:estimate.prep_days": "10", "likely:estimate.prep_days": "9", "high:estimate.prep_days": "16"})
    judged(agent.press("Give the estimate")).shows("The figures stand in their order")
    agent.write(**{"likely:estimate.prep_days": "12"}).press("Give the estimate")
    judged(agent)


def declare(company: Company) -> Road:
    """The applicant reads which facts lack, and says those that are theirs to say."""
    applicant = judged(company.at("owner")).shows("The amount is not known yet").shows(EXAMPLE)
    applicant.follow("Facts of the price")
    applicant.write(data__refreshes="1", project__storage_gb="800").choose("requester__thesis", value="false")
    judged(applicant).press("Keep").shows("The facts are kept")
    return applicant


def draw_up(company: Company) -> Quote:
    """The fee manager settles the last fact, draws the firm quote up, looks at decisions and payers, and issues it."""
    manager = judged(company.at("manager", reverse("quotes:work") + "?etat=sans")).shows(company.dossier.reference)
    manager.go(reverse("quotes:facts", args=[company.dossier.reference]))
    manager.choose("project__emergency", value="false").write(reason="Aucune urgence déclarée.")
    judged(manager).press("Keep").follow("Draw up a quote")
    manager.page.locator('input[name="purpose"][value="firm"]').check(force=True)
    judged(manager).press("Work it out")
    quote = Quote.objects.get()
    explains(manager)
    for name in ("decisions", "payers"):
        judged(manager.go(reverse(f"quotes:{name}", args=[quote.dossier.reference, quote.number])))
    manager.go(quote.get_absolute_url()).follow("Issue the quote")
    judged(manager).shows(TOTAL).press("Issue the quote")
    assert Quote.objects.get().state == QuoteState.ISSUED
    return Quote.objects.get()


def explains(road: Road) -> None:
    """Under each line stands the sentence that says why this amount, and which reductions it does not have."""
    lines = road.page.locator(".quote-line")
    assert lines.count() >= 5
    for line in lines.all():
        line.locator("summary").click()
    said = {line.locator(".quote-line__label").inner_text(): line.locator(".quote-line__why").inner_text() for line in lines.all()}
    assert said["Assessment of the application"] == "Fixed amount €1,200.00; academic and public-body reduction 85% → €180.00."
    assert "12 × €680.00 = €8,160.00" in said["Preparation of the data"]
    assert all(said.values())
    assert REFUSED in lines.filter(has_text="Assessment of the application").locator("details").inner_text()
    judged(road.shows(TOTAL).shows(EXAMPLE))


def accept(company: Company, quote: Quote) -> None:
    """Who signs for the payer reads it, is asked for the second factor, gives it and accepts."""
    signatory = without_code(company)
    explains(signatory)
    signatory.follow("Accept the quote").follow("Go on with my second factor")
    give_code(judged(signatory), company.people["signatory"])
    judged(signatory).shows("By accepting you commit the organisation").write(**{f"order_{quote.payers.get().pk}": "BC-2026-9"})
    signatory.press("Accept the quote").shows("Your acceptance is recorded.")
    assert Quote.objects.get().state == QuoteState.ACCEPTED
    for name in ("recompute", "decline"):
        judged(signatory.go(reverse(f"quotes:{name}", args=[quote.dossier.reference, quote.number])))


def give_code(road: Road, person: Any) -> None:
    """The password once more, then the code of the application."""
    road.page.locator('[name$="username"]').fill(person.email)
    road.page.locator('[name$="password"]').fill(PASSWORD)
    road.send().page.locator('[name$="otp_token"]').fill(f"{totp(person.totpdevice_set.get().bin_key):06d}")
    road.send()


def without_code(company: Company) -> Road:
    """The signatory has given the password, and not the code."""
    road = company.at("nobody", "/")
    cookie = sign_in(Client(), company.people["signatory"], verified=False).cookies[of_site.SESSION_COOKIE_NAME]
    road.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": road.page.url}])
    road.go(f"/dossiers/{company.dossier.reference}/").shows("A quote awaits your acceptance.").follow("Read the quote and accept it")
    return road


def invoice(company: Company, quote: Quote) -> Invoice:
    """Two steps are planned; the first is due already, and its invoice is issued."""
    manager = company.at("manager").follow("Plan the invoices")
    manager.page.locator('input[name="mode"][value="milestones"]').check(force=True)
    manager.choose("trigger-0", value="acceptance").choose("trigger-1", value="delivery")
    manager.write(**{"share-0": "40", "share-1": "60"})
    judged(manager).press("Keep the schedule")
    ready = Installment.objects.open().order_by("position")[0]
    judged(manager.go(reverse("invoices:work") + "?etat=a-emettre"))
    with manager.page.expect_navigation():
        manager.page.locator(f'main a[href="{reverse("invoices:issue", args=[ready.pk])}"]').first.click()
    judged(manager.ready()).page.locator('input[name="read"]').check(force=True)
    manager.send()
    judged(manager)
    made = Invoice.objects.filter(kind=InvoiceKind.PREPAYMENT)
    assert sum(one.net for one in made) == ready.net
    return made.order_by("-gross")[0]


def credit(company: Company, asked: Invoice) -> None:
    """A part is given back, not more than there is; the invoice stays, and asks for less."""
    manager = judged(company.at("manager", asked.get_absolute_url())).follow("Credit note")
    group = asked.vat_groups.order_by("-taxable")[0]
    manager.write(**{f"group-{group.pk}": str(group.taxable + 1), "because": "Deux jours de moins."})
    judged(manager).press("Issue the credit note").shows("At most")
    manager.write(**{f"group-{group.pk}": str(CREDITED)}).press("Issue the credit note")
    note = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)
    assert (note.net, note.corrects_id, note.number.split("-")[0]) == (CREDITED, asked.pk, "AVO")
    judged(manager).shows("Deux jours de moins.")
    for name in ("payment", "accounting"):
        judged(manager.go(reverse(f"invoices:{name}", args=[asked.dossier.reference, asked.number])))
    held = Invoice.objects.get(pk=asked.pk)
    assert held.state == InvoiceState.ISSUED
    applicant = judged(company.at("owner", asked.get_absolute_url(), width=360)).shows(note.number).shows(EXAMPLE)
    assert not applicant.page.get_by_role("link", name="Credit note", exact=True).count()


def test_a_project_is_simulated_quoted_accepted_invoiced_and_credited_in_part(open_screen: Open) -> None:
    company = Company(open_screen)
    simulate(company)
    estimate(company)
    declare(company)
    quote = draw_up(company)
    accept(company, quote)
    asked = invoice(company, quote)
    credit(company, asked)
    judged(company.at("owner")).shows(asked.number)
    check = company.at("", f"{reverse('quotes:check')}?numero={quote.number}&empreinte={quote.snapshot_sha256}")
    judged(check).shows("this is what was issued")
