"""Who holds which role, and who may grant it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import policies, services
from accounts.models import RoleGrant, User
from accounts.roles import DESCRIPTIONS, GRANTABLE, INSTRUCTING, Role
from tests.accounts.clients import sign_in
from tests.accounts.factories import LONG_AGO, OrganisationFactory, RoleGrantFactory, UserFactory
from tests.accounts.mailbox import deliver_all
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db

LATER = LONG_AGO + timedelta(days=30)


def test_every_role_is_described_and_all_but_two_instruct() -> None:
    assert set(DESCRIPTIONS) == set(Role)
    assert set(Role.values) - INSTRUCTING == {"applicant", "signatory"}
    assert set(Role.values) - set(GRANTABLE) == {"applicant"}


def test_everybody_signed_up_is_an_applicant_and_nobody_else_is_anything() -> None:
    assert policies.roles_of(UserFactory()) == {"applicant"}
    assert policies.roles_of(AnonymousUser()) == frozenset()
    assert policies.roles_of(UserFactory(is_active=False, roles=[Role.OFFICER])) == frozenset()
    assert policies.roles_of(User.objects.system()) == {"system"}


def test_roles_are_asked_for_once_per_person(django_assert_num_queries) -> None:
    officer = User.objects.get(pk=UserFactory(officer=True).pk)
    with django_assert_num_queries(1):
        assert policies.roles_of(officer) == policies.roles_of(officer) == {"applicant", "officer"}
        assert policies.needs_second_factor(officer)


def test_a_role_for_one_organisation_counts_there_and_not_on_the_whole_site() -> None:
    grant = RoleGrantFactory(role=Role.DATA_CONTROLLER_AGENT, organisation=OrganisationFactory())
    assert policies.roles_of(grant.user) == {"applicant"}
    assert policies.roles_within(grant.user, grant.organisation_id) == {"data_controller_agent"}
    assert policies.roles_within(grant.user, OrganisationFactory().pk) == frozenset()
    assert policies.needs_second_factor(grant.user)


def test_a_role_that_has_ended_no_longer_counts() -> None:
    grant = RoleGrantFactory()
    services.end_role(grant=grant, by=UserFactory(administrator=True), at=LATER)
    assert policies.roles_of(User.objects.get(pk=grant.user_id)) == {"applicant"}
    grant.refresh_from_db()
    assert grant.ended_at == LATER


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"administrator", "applicant", "signatory", "data_controller_agent"}))
def test_no_other_role_grants_roles(role: str) -> None:
    with pytest.raises(NotAllowed):
        services.grant_role(user=UserFactory(), role=Role.OFFICER, by=UserFactory(roles=[role], device=False), at=LATER)
    assert not RoleGrant.objects.filter(role=Role.OFFICER, granted_at=LATER).exists()


def test_an_administrator_grants_a_role_and_the_person_is_told_in_their_language() -> None:
    person = UserFactory(language="en")
    services.grant_role(user=person, role=Role.FEE_MANAGER, by=UserFactory(administrator=True), at=LATER)
    assert policies.roles_of(person) == {"applicant", "fee_manager"}
    (letter,) = deliver_all()
    assert letter.to == [person.email]
    assert "Fee manager" in letter.body
    assert letter.subject == "A role has been granted to you"


def test_an_administrator_neither_grants_nor_ends_their_own_roles() -> None:
    administrator = UserFactory(administrator=True)
    with pytest.raises(RuleBroken):
        services.grant_role(user=administrator, role=Role.OFFICER, by=administrator, at=LATER)
    with pytest.raises(RuleBroken):
        services.end_role(grant=administrator.role_grants.get(), by=administrator, at=LATER)


def test_everything_that_is_wrong_with_a_grant_is_said_at_once() -> None:
    with pytest.raises(RuleBroken) as refusal:
        services.grant_role(user=UserFactory(email_verified_at=None), role=Role.SIGNATORY, by=UserFactory(administrator=True), at=LATER)
    assert [broken.where for broken in refusal.value.broken] == ["email", "organisation"]


def test_a_role_ends_once() -> None:
    grant, administrator = RoleGrantFactory(), UserFactory(administrator=True)
    services.end_role(grant=grant, by=administrator, at=LATER)
    with pytest.raises(WrongState):
        services.end_role(grant=grant, by=administrator, at=LATER)


def test_the_page_grants_and_ends_a_role(client: Client) -> None:
    sign_in(client, UserFactory(administrator=True))
    person = UserFactory()
    client.post(reverse("accounts:roles"), {"email": person.email.upper(), "role": "auditor"})
    grant = RoleGrant.objects.live().get(user=person)
    assert grant.role == "auditor"
    confirm = client.get(reverse("accounts:end_role", args=[grant.pk]))
    assert person.full_name in confirm.content.decode()
    assert RoleGrant.objects.live().filter(pk=grant.pk).exists()
    client.post(reverse("accounts:end_role", args=[grant.pk]))
    assert not RoleGrant.objects.live().filter(pk=grant.pk).exists()


def test_a_stranger_to_the_site_gets_no_role(client: Client) -> None:
    page = sign_in(client, UserFactory(administrator=True)).post(
        reverse("accounts:roles"), {"email": "nobody@exemple.fr", "role": "auditor"}
    )
    assert page.context["form"].errors["email"]


def test_the_system_gets_no_role(client: Client) -> None:
    with pytest.raises(RuleBroken):
        services.grant_role(user=User.objects.system(), role=Role.OFFICER, by=UserFactory(administrator=True), at=LATER)


def test_a_refused_grant_is_a_page_with_its_reasons(client: Client) -> None:
    administrator = UserFactory(administrator=True)
    with translation.override("fr"):
        page = sign_in(client, administrator).post(reverse("accounts:roles"), {"email": administrator.email, "role": "auditor"})
    assert page.status_code == 422


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"administrator", "applicant", "signatory", "data_controller_agent"}))
def test_the_page_of_roles_is_for_administrators(client: Client, role: str) -> None:
    sign_in(client, UserFactory(roles=[role]))
    assert client.get(reverse("accounts:roles")).status_code == 404
    assert client.post(reverse("accounts:end_role", args=[RoleGrantFactory().pk])).status_code == 404


# --- roles that follow from something ---


@pytest.mark.parametrize("role", ["committee_member", "committee_president", "committee_delegate", "external_expert"])
def test_nobody_grants_a_role_of_the_committee_by_hand_and_the_page_does_not_offer_it(client: Client, role: str) -> None:
    administrator, person = UserFactory(administrator=True), UserFactory()
    with pytest.raises(RuleBroken) as refused:
        services.grant_role(user=person, role=role, by=administrator, at=LATER)
    assert [broken.where for broken in refused.value.broken] == ["role"]
    page = sign_in(client, administrator).post(
        reverse("accounts:roles"), {"email": person.email, "role": role}, headers={"accept-language": "en"}
    )
    assert "come and go with the mandates" in str(page.context["form"].errors["role"])
    assert f'value="{role}"' not in page.content.decode()
    assert 'value="auditor"' in page.content.decode()
    assert not person.role_grants.exists()
    services.grant_role(user=person, role=role, by=User.objects.system(), at=LATER)
    assert policies.roles_of(person) == {"applicant", role}


def test_a_role_that_follows_from_nothing_any_more_can_be_ended_by_hand(client: Client) -> None:
    grant = RoleGrantFactory(role=Role.COMMITTEE_MEMBER)
    sign_in(client, UserFactory(administrator=True)).post(reverse("accounts:end_role", args=[grant.pk]))
    assert not RoleGrant.objects.live().filter(pk=grant.pk).exists()
