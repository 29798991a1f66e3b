"""Every page of accounts opens for those it is for, in both languages, with every template variable defined."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

FOR_ALL = ["sign_up", "link_sent", "resend", "password_reset"]
FOR_SIGNED_IN = ["profile", "edit_profile", "password_change", "organisation_search", "organisation_new"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", FOR_ALL)
def test_a_visitor_opens_the_pages_before_sign_in(client: Client, name: str, language: str) -> None:
    page = client.get(reverse(f"accounts:{name}"), headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("name", FOR_SIGNED_IN)
def test_a_visitor_is_sent_to_sign_in_and_comes_back(client: Client, name: str) -> None:
    address = reverse(f"accounts:{name}")
    assert client.get(address).headers["Location"] == f"{reverse('two_factor:login')}?next={address}"


@pytest.mark.parametrize("name", FOR_SIGNED_IN)
def test_an_applicant_opens_their_own_pages(client: Client, name: str) -> None:
    membership = MembershipFactory()
    MembershipFactory(requested=True, user=membership.user)
    assert sign_in(client, membership.user).get(reverse(f"accounts:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["roles", "memberships"])
def test_what_an_applicant_may_not_read_is_not_found(client: Client, name: str) -> None:
    assert sign_in(client, UserFactory()).get(reverse(f"accounts:{name}")).status_code == 404


def test_an_administrator_sees_who_holds_which_role(client: Client) -> None:
    officer = UserFactory(officer=True, last_name="Tournesol")
    page = sign_in(client, UserFactory(administrator=True)).get(reverse("accounts:roles"))
    assert officer.full_name in page.content.decode()


def test_the_list_of_roles_costs_the_same_for_one_and_for_many(client: Client, django_assert_max_num_queries) -> None:
    sign_in(client, UserFactory(administrator=True))
    UserFactory.create_batch(12, roles=[Role.OFFICER], device=False)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("accounts:roles")).status_code == 200


def test_the_list_of_requests_costs_the_same_for_one_and_for_many(client: Client, django_assert_max_num_queries) -> None:
    sign_in(client, UserFactory(officer=True))
    MembershipFactory.create_batch(12, requested=True)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("accounts:memberships")).status_code == 200


def test_an_applicants_page_asks_for_their_grants_once(client: Client, django_assert_num_queries) -> None:
    sign_in(client, UserFactory())
    with django_assert_num_queries(3):  # session, person, grants
        assert client.get(reverse("accounts:organisation_new")).status_code == 200


def test_organisations_are_found_without_their_accents_and_by_siren(client: Client) -> None:
    wanted = OrganisationFactory(name="Université de l’Élan")
    OrganisationFactory(name="Autre")
    sign_in(client, UserFactory())
    for asked in ("universite", wanted.siren, f"{wanted.siren[:3]} {wanted.siren[3:]}"):
        page = client.get(reverse("accounts:organisation_search"), {"q": asked})
        assert list(page.context["page"]) == [wanted]


def test_an_empty_search_finds_nothing_and_says_what_to_do(client: Client) -> None:
    sign_in(client, UserFactory())
    page = client.get(reverse("accounts:organisation_search"), {"q": "introuvable"})
    assert reverse("accounts:organisation_new") in page.content.decode()


def test_the_language_of_the_profile_becomes_the_language_of_the_site(client: Client) -> None:
    user = UserFactory(language="fr")
    sign_in(client, user)
    client.post(reverse("accounts:edit_profile"), {"first_name": "Ada", "last_name": "Test", "language": "en"})
    assert User.objects.get(pk=user.pk).language == "en"
    assert '<html lang="en"' in client.get(reverse("accounts:profile")).content.decode()
