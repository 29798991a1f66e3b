"""The pages of the fees of a dossier: what it costs and why, who sees what, who commits, and the lists of the staff."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from fees.quotes.models import FactEntry, Quote
from fees.quotes.services import drawing_up
from fees.quotes.states import QuotePurpose, QuoteState
from requests_app.models import Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.fees.quoting import a_fee_manager, a_light_dossier, a_quote, an_accepted_quote, an_issued_quote, every_grid, grids_in_force, say
from tests.requests_app.factories import cast
from workflow.models import AccessRead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]


@pytest.fixture
def people() -> dict[str, Any]:
    grids_in_force()
    return cast() | {"fees": a_fee_manager()}


def at(thing: Any, name: str = "quote") -> str:
    if isinstance(thing, Dossier):
        return reverse(f"quotes:{name}", args=[thing.reference])
    return reverse(f"quotes:{name}", args=[thing.dossier.reference, thing.number])


def read(client: Client, person: Any, address: str) -> str:
    answer = sign_in(client, person).get(address)
    assert answer.status_code == 200, (answer.status_code, address)
    return answer.content.decode()


# ---- what it costs


def test_before_any_quote_the_tab_says_what_it_would_cost_and_why(people: dict[str, Any], client: Client) -> None:
    shown = read(client, people["owner"], at(a_light_dossier(people), "dossier"))
    assert "€28,998.00" in shown
    assert "Why this amount?" in shown
    assert "12 days × €680.00" in shown or "12 × €680.00 = €8,160.00" in shown
    assert "SME reduction" in shown or "Sme reduction" in shown  # refused, with its reason
    assert "not granted, because" in shown
    assert "applied to Assessment of the application, Data sources" in shown
    assert "Project.storage_gb" not in shown
    assert "commits nobody" in shown


def test_facts_that_are_missing_are_named_and_none_is_guessed(people: dict[str, Any], client: Client) -> None:
    dossier = a_light_dossier(people, population_size=None)
    FactEntry.objects.filter(dossier=dossier, key="estimate.prep_days").delete()
    shown = read(client, people["owner"], at(dossier, "dossier"))
    assert "The amount is not known yet" in shown
    assert "patients" in shown and "estimated days of preparation" in shown
    assert "all taxes included" not in shown


def test_an_example_says_so_on_every_page(people: dict[str, Any], client: Client, settings: Any) -> None:
    settings.DEMO_DATA = True
    every_grid(illustrative=True)
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    for address in (at(quote.dossier, "dossier"), at(quote), at(quote, "accept")):
        assert "not an official tariff" in read(client, people["signatory"], address)


def test_an_example_prices_no_real_dossier(people: dict[str, Any], client: Client, settings: Any) -> None:
    settings.DEMO_DATA = False
    every_grid(illustrative=True)
    assert "No tariff grid is in force" in read(client, people["owner"], at(a_light_dossier(people), "dossier"))


def test_an_amendment_stands_beside_the_accepted_quote_and_whoever_accepts_is_led_to_it(people: dict[str, Any], client: Client) -> None:
    accepted = an_accepted_quote(a_light_dossier(people), people["fees"], people["signatory"])
    amendment = an_issued_quote(accepted.dossier, people["fees"], QuotePurpose.AMENDMENT)
    tab = read(client, people["signatory"], at(accepted.dossier, "dossier"))
    assert f"Quote {accepted.number}" in tab
    assert f'<div class="fr-alert fr-alert--info fr-alert--sm fr-mb-2w"><p>Amendment <a href="{at(amendment)}">' in tab
    assert f'href="{at(amendment)}"' in read(client, people["signatory"], reverse("dossiers:page", args=[accepted.dossier.reference]))


def test_what_the_fee_manager_has_settled_is_not_asked_of_the_team_again(people: dict[str, Any], client: Client) -> None:
    dossier = a_light_dossier(people)
    address = at(dossier, "facts")
    assert 'name="data__refreshes"' in read(client, people["owner"], address)
    say(dossier, "data.refreshes", "2")
    assert 'name="data__refreshes"' not in read(client, people["owner"], address)


# ---- who sees it


def test_the_fees_are_hidden_from_strangers_and_from_who_has_no_business_with_them(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    addresses = [at(quote.dossier, "dossier"), *(at(quote, name) for name in ("quote", "recompute", "snapshot", "paper", "accept"))]
    for person in (UserFactory(), people["president"], people["cnil"]):
        signed_in = sign_in(client, person)
        assert {signed_in.get(address).status_code for address in addresses} == {404}
    client.logout()
    assert client.get(at(quote)).status_code == 302


def test_a_draft_is_for_who_draws_it_up(people: dict[str, Any], client: Client) -> None:
    quote = a_quote(a_light_dossier(people), people["fees"])
    assert sign_in(client, people["fees"]).get(at(quote)).status_code == 200
    for name in ("owner", "signatory", "officer"):
        assert sign_in(client, people[name]).get(at(quote)).status_code == 404
        assert quote.number not in read(client, people[name], at(quote.dossier, "dossier"))


def test_the_signatory_of_a_payer_reads_the_quote_and_nothing_else_of_the_dossier(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    payer = UserFactory(device=True)
    RoleGrantFactory(user=payer, role=Role.SIGNATORY, organisation=quote.dossier.content.controller)
    assert quote.number in read(client, payer, at(quote))
    assert sign_in(client, payer).get(at(quote.dossier, "dossier")).status_code == 404
    assert sign_in(client, payer).get(reverse("dossiers:page", args=[quote.dossier.reference])).status_code == 404


def test_who_reads_a_quote_without_being_of_the_team_is_noted(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    read(client, people["officer"], at(quote))
    read(client, people["owner"], at(quote))
    assert AccessRead.objects.filter(subject_type="dossier", subject_id=quote.dossier_id).count() == 1


# ---- drawing up


def test_the_fee_manager_draws_up_shares_and_issues(people: dict[str, Any], client: Client) -> None:
    dossier = a_light_dossier(people)
    manager = sign_in(client, people["fees"])
    assert manager.post(at(dossier, "new"), {"purpose": "firm"}).status_code == 302
    quote = Quote.objects.get(dossier=dossier)
    siren = dossier.content.controller.siren
    refused = manager.post(at(quote, "payers"), {"siren_1": siren, "share_1": "100", "siren_2": "nobody at all", "vat_1": "FR00"})
    assert refused.status_code == 422
    assert "No organisation of this site" in refused.content.decode() and "no VAT number" in refused.content.decode()
    given = {"siren_1": siren, "share_1": "100", "vat_1": "FR 66130003783", "order_1": "BC-7"}
    assert manager.post(at(quote, "payers"), given).status_code == 302
    assert quote.payers.get().vat_number == "FR66130003783"
    page = manager.get(at(quote, "issue"))
    read_back = page.context["form"].reading
    assert manager.post(at(quote, "issue"), {"read": read_back}).status_code == 302
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.ISSUED


def test_an_issued_quote_is_not_edited_any_more(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    assert sign_in(client, people["fees"]).get(at(quote, "payers")).status_code == 409


def test_a_draft_that_is_older_than_the_facts_is_worked_out_anew_before_it_is_issued(people: dict[str, Any], client: Client) -> None:
    quote = a_quote(a_light_dossier(people), people["fees"])
    say(quote.dossier, "estimate.prep_days", "20")
    manager = sign_in(client, people["fees"])
    assert "no longer what the draft" in manager.get(at(quote, "issue")).content.decode()
    assert manager.post(at(quote, "again")).status_code == 302
    assert "no longer what the draft" not in manager.get(at(quote, "issue")).content.decode()


def test_facts_are_said_by_the_team_and_settled_by_the_fee_manager(people: dict[str, Any], client: Client) -> None:
    dossier = a_light_dossier(people)
    FactEntry.objects.filter(dossier=dossier).delete()
    assert sign_in(client, people["owner"]).post(at(dossier, "facts"), {"data__refreshes": "3"}).status_code == 302
    settled = {"project__emergency": "false", "estimate__prep_days": "7.5"}
    manager = sign_in(client, people["fees"])
    assert manager.post(at(dossier, "facts"), settled).status_code == 422
    assert manager.post(at(dossier, "facts"), settled | {"reason": "Attestation du 3 mars."}).status_code == 302
    shown = read(client, people["owner"], at(dossier, "facts"))
    assert "Attestation du 3 mars." in shown
    assert set(FactEntry.objects.values_list("key", "value")) == {
        ("data.refreshes", "3"),
        ("project.emergency", "false"),
        ("estimate.prep_days", "7.5"),
    }


def test_who_only_reads_says_no_fact(people: dict[str, Any], client: Client) -> None:
    dossier = a_light_dossier(people)
    assert "form" not in read(client, people["officer"], at(dossier, "facts")).split("<main", 1)[1].split("</main>", 1)[0]
    assert sign_in(client, people["officer"]).post(at(dossier, "facts"), {"data__refreshes": "3"}).status_code == 404


def test_work_is_noted_by_the_fee_manager_alone(people: dict[str, Any], client: Client) -> None:
    dossier = a_light_dossier(people)
    given = {"line": "EDS-ILL/PREP", "quantity": "2.5", "done_on": timezone.localdate().isoformat(), "note": "Ciblage préparé."}
    assert sign_in(client, people["owner"]).post(at(dossier, "work_done"), given).status_code == 404
    assert sign_in(client, people["fees"]).post(at(dossier, "work_done"), given).status_code == 302
    assert "Ciblage préparé." in read(client, people["fees"], at(dossier, "work_done"))


# ---- accepting


def test_the_signatory_accepts_with_the_order_of_the_payer(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    signatory = sign_in(client, people["signatory"])
    assert "1" in signatory.get(at(quote.dossier, "dossier")).content.decode()
    page = signatory.get(at(quote, "accept"))
    given = {"read": page.context["form"].reading, f"order_{quote.payers.get().pk}": "BC-2026-9"}
    assert signatory.post(at(quote, "accept"), given).status_code == 302
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.ACCEPTED
    assert quote.payers.get().order_reference == "BC-2026-9"


def test_what_was_not_read_is_not_accepted(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    answer = sign_in(client, people["signatory"]).post(at(quote, "accept"), {"read": "quote:abc"})
    assert answer.status_code == 422
    assert "read it again" in answer.content.decode()
    assert sign_in(client, people["owner"]).get(at(quote, "accept")).status_code == 404


def test_declining_and_cancelling_ask_why(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    signatory = sign_in(client, people["signatory"])
    assert signatory.post(at(quote, "decline"), {"because": ""}).status_code == 422
    assert signatory.post(at(quote, "decline"), {"because": "Trop cher."}).status_code == 302
    assert "Trop cher." in read(client, people["fees"], at(quote))
    draft = a_quote(quote.dossier, people["fees"])
    manager = sign_in(client, people["fees"])
    assert manager.post(at(draft, "cancel"), {"because": "Double saisie."}).status_code == 302
    assert Quote.objects.get(pk=draft.pk).state == QuoteState.CANCELLED


# ---- proof and comparison


def test_a_quote_is_calculated_again_and_handed_over_as_data(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    assert "the same to the last byte" in read(client, people["owner"], at(quote, "recompute"))
    data = sign_in(client, people["owner"]).get(at(quote, "snapshot"))
    assert data.content.decode() == quote.snapshot
    assert json.loads(data.content)["format"] == "guichet-quote/1"


def test_an_amendment_shows_before_after_and_the_difference(people: dict[str, Any], client: Client) -> None:
    accepted = an_accepted_quote(a_light_dossier(people), people["fees"], people["signatory"])
    say(accepted.dossier, "estimate.prep_days", "20")
    amendment = an_issued_quote(accepted.dossier, people["fees"], QuotePurpose.AMENDMENT)
    shown = read(client, people["owner"], at(amendment))
    assert "€8,160.00" in shown and "€13,600.00" in shown and "+\xa0€5,440.00" in shown
    compared = read(client, people["owner"], f"{at(amendment)}?avec={accepted.number}")
    assert "−\xa0€5,440.00" in compared


def test_anybody_checks_a_quote_and_learns_nothing_else(people: dict[str, Any], client: Client) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    address = reverse("quotes:check")
    yes = client.get(address, {"numero": quote.number, "empreinte": quote.snapshot_sha256}).content.decode()
    assert "this is what was issued" in yes
    assert quote.dossier.reference not in yes and "28,998" not in yes and str(quote.dossier.content.controller) not in yes
    file = SimpleUploadedFile("devis.json", quote.snapshot.encode(), "application/json")
    assert "this is what was issued" in client.post(address, {"numero": quote.number, "file": file}).content.decode()
    no = client.get(address, {"numero": quote.number, "empreinte": "0" * 64})
    assert "No issued quote" in no.content.decode()
    assert client.get(address, {"numero": quote.number}).status_code == 422
    draft = a_quote(quote.dossier, people["fees"])
    assert "No issued quote" in client.get(address, {"numero": draft.number, "empreinte": draft.snapshot_sha256}).content.decode()


# ---- lists


def test_the_list_of_the_staff_costs_the_same_however_long(people: dict[str, Any], client: Client) -> None:
    address, manager = reverse("quotes:work"), sign_in(client, people["fees"])
    an_issued_quote(a_light_dossier(people), people["fees"])
    manager.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert manager.get(address).status_code == 200
    for _one in range(3):
        an_issued_quote(a_light_dossier(people), people["fees"])
        a_light_dossier(people)
    with CaptureQueriesContext(connection) as many:
        shown = manager.get(address).content.decode()
    assert len(many) == len(few)
    assert shown.count("DEV-") >= 4
    assert sign_in(client, people["owner"]).get(address).status_code == 404


def test_dossiers_without_a_quote_are_listed(people: dict[str, Any], client: Client) -> None:
    waiting, priced = a_light_dossier(people), a_light_dossier(people)
    drawing_up.draw_up(priced, QuotePurpose.FIRM, by=people["fees"], at=timezone.now())
    shown = read(client, people["fees"], reverse("quotes:work") + "?etat=sans")
    assert waiting.reference in shown and priced.reference not in shown


def test_the_tab_costs_the_same_however_many_quotes(people: dict[str, Any], client: Client) -> None:
    quote = an_accepted_quote(a_light_dossier(people), people["fees"], people["signatory"])
    an_issued_quote(quote.dossier, people["fees"], QuotePurpose.ESTIMATE)
    address, owner = at(quote.dossier, "dossier"), sign_in(client, people["owner"])
    owner.get(address)
    with CaptureQueriesContext(connection) as few:
        owner.get(address)
    for _one in range(3):
        an_issued_quote(quote.dossier, people["fees"], QuotePurpose.ESTIMATE)
    with CaptureQueriesContext(connection) as many:
        owner.get(address)
    assert len(many) <= len(few)


def test_a_draft_of_a_dossier_is_deleted_with_the_facts_that_were_declared_for_it(people: dict[str, Any]) -> None:
    from fees.quotes.services.telling_facts import declare_facts
    from tests.requests_app.factories import a_draft

    dossier = a_draft(people, filled=False)
    declare_facts(dossier, {"requester.thesis": True}, by=people["owner"], at=timezone.now())
    dossier.delete()
    assert not FactEntry.objects.exists()
