"""Who carries the project: one's own organisation, one that is found, one that is named with a SIREN."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from requests_app.models import Content, Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, OrganisationFactory, siren
from tests.requests_app.factories import a_draft, cast
from tests.requests_app.filled_forms import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Dossier:
    people = cast()
    sign_in(client, people["owner"])
    client.cookies["django_language"] = "en"
    return a_draft(people, filled=False)


def address(dossier: Dossier, name: str = "section") -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference, "identity"])


def send(client: Client, dossier: Dossier, **typed: Any) -> HttpResponse:
    return client.post(address(dossier), sent_by(client.get(address(dossier)), **typed))


def controller_of(dossier: Dossier) -> Organisation | None:
    return Content.objects.get(pk=dossier.pk).controller


def test_ones_own_organisations_are_offered_first_hand(client: Client, draft: Dossier) -> None:
    mine = MembershipFactory(user=draft.created_by).organisation
    other = OrganisationFactory()
    page = client.get(address(draft)).content.decode()
    assert mine.name in page
    assert other.name not in page
    send(client, draft, controller=mine.pk)
    assert controller_of(draft) == mine


@pytest.mark.parametrize("words", ["hopital elancourt", "HÔPITAL", "30 0009"])
def test_an_organisation_is_found_by_name_without_accents_or_by_the_digits_of_its_siren(client: Client, draft: Dossier, words: str) -> None:
    hospital = OrganisationFactory(name="Hôpital Élancourt", siren=siren(900))
    page = send(client, draft, controller_search=words, find="controller", funding="Own means")
    assert hospital.name in page.content.decode()
    assert Content.objects.get(pk=draft.pk).funding == "Own means"
    client.post(address(draft), sent_by(page, controller=hospital.pk))
    assert controller_of(draft) == hospital


def test_a_search_without_result_says_what_to_do(client: Client, draft: Dossier) -> None:
    page = send(client, draft, controller_search="zzz", find="controller")
    assert "No organisation found for “zzz”" in page.content.decode()


def test_a_new_organisation_is_named_with_its_siren_and_stays_unverified(client: Client, draft: Dossier) -> None:
    answer = send(client, draft, controller_name="Institut Neuf", controller_siren="3000 09017")
    assert answer.status_code == 200  # a wrong key: nothing is created
    assert controller_of(draft) is None
    right = siren(901)
    assert send(client, draft, controller_name="Institut Neuf", controller_siren=right).status_code == 302
    created = controller_of(draft)
    assert created is not None
    assert (created.name, created.siren, created.verified_at) == ("Institut Neuf", right, None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12345678", "A SIREN has 9 digits; you wrote 8."),
        ("300009018", "wrong key"),
        ("30000901A", "Write digits only."),
    ],
)
def test_a_wrong_siren_says_what_is_wrong_and_nothing_else_is_lost(client: Client, draft: Dossier, typed: str, sentence: str) -> None:
    page = send(client, draft, controller_name="Institut Neuf", controller_siren=typed, dpo_contact="dpo@neuf.fr", funding="Own means")
    assert sentence in page.context["form"].errors["controller_siren"][0]
    assert sent_by(page)["controller_name"] == ["Institut Neuf"]
    content = Content.objects.get(pk=draft.pk)
    assert (content.dpo_contact, content.funding, content.controller) == ("dpo@neuf.fr", "Own means", None)
    assert Organisation.objects.filter(name="Institut Neuf").count() == 0


def test_a_wrong_siren_is_explained_in_french_to_a_french_reader(client: Client, draft: Dossier) -> None:
    client.cookies["django_language"] = "fr"
    page = send(client, draft, controller_name="Institut Neuf", controller_siren="12345678")
    assert "8" in page.context["form"].errors["controller_siren"][0]
    assert '<html lang="fr"' in page.content.decode()


def test_a_known_siren_chooses_the_organisation_that_has_it(client: Client, draft: Dossier) -> None:
    known = OrganisationFactory()
    send(client, draft, controller_name="Another spelling", controller_siren=known.siren)
    assert controller_of(draft) == known
    assert Organisation.objects.get(pk=known.pk).name == known.name


def test_a_french_organisation_needs_a_siren_and_a_foreign_one_does_not(client: Client, draft: Dossier) -> None:
    page = send(client, draft, controller_name="Université libre", controller_country="FR")
    assert "controller_siren" in page.context["form"].errors
    assert send(client, draft, controller_name="Université libre", controller_country="BE").status_code == 302
    created = controller_of(draft)
    assert created is not None
    assert created.country == "BE"


def test_autosave_creates_no_organisation_from_a_name_half_typed(client: Client, draft: Dossier) -> None:
    typed = sent_by(client.get(address(draft)), controller_name="Instit", controller_siren=siren(902))
    client.post(address(draft, "autosave"), typed)
    assert not Organisation.objects.filter(name="Instit").exists()


def test_the_body_in_charge_is_forgotten_when_the_controller_carries_the_project_out(client: Client, draft: Dossier) -> None:
    body = MembershipFactory(user=draft.created_by).organisation
    send(client, draft, controller_is_in_charge="no", body_in_charge=body.pk)
    assert Content.objects.get(pk=draft.pk).body_in_charge == body
    send(client, draft, controller_is_in_charge="yes")
    assert Content.objects.get(pk=draft.pk).body_in_charge is None


def test_an_organisation_that_does_not_exist_is_refused(client: Client, draft: Dossier) -> None:
    assert "controller" in send(client, draft, controller="999999999").context["form"].errors
