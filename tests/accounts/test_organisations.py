"""Acting for an organisation: asked for by oneself, verified by somebody else, on evidence for the first."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import policies, services
from accounts.identifiers import SirenField, SiretField
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from tests.accounts.clients import sign_in
from tests.accounts.factories import LONG_AGO, MembershipFactory, OrganisationFactory, UserFactory
from tests.accounts.mailbox import deliver_all
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db

State, Evidence = Membership.State, Membership.Evidence
LATER = LONG_AGO + timedelta(days=30)


def request_by(user: User, organisation: Organisation | None = None) -> Membership:
    return services.request_membership(organisation=organisation or OrganisationFactory(), by=user, at=LONG_AGO)


def decide(membership: Membership, by: User, decision: str = State.VERIFIED, evidence: str = Evidence.DOCUMENT) -> Membership:
    return services.decide_membership(membership=membership, decision=decision, evidence=evidence, by=by, at=LATER)


def test_a_request_gives_nothing_until_it_is_verified() -> None:
    user = UserFactory()
    membership = request_by(user)
    assert policies.organisations_of(user) == frozenset()
    decide(membership, UserFactory(officer=True))
    assert policies.organisations_of(User.objects.get(pk=user.pk)) == {membership.organisation_id}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD_OF_SECRETARIAT])
def test_the_secretariat_verifies_the_first_member_and_with_them_the_organisation(role: Role) -> None:
    membership = decide(request_by(UserFactory()), UserFactory(roles=[role]))
    assert membership.organisation.verified_at == LATER
    assert membership.state == State.VERIFIED


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMITTEE_PRESIDENT, Role.CNIL_LIAISON])
def test_no_other_role_verifies_a_first_member(role: Role) -> None:
    with pytest.raises(NotAllowed):
        decide(request_by(UserFactory()), UserFactory(roles=[role]))


def test_a_verified_member_accepts_the_next_one_and_nobody_elses() -> None:
    member = MembershipFactory()
    ours, theirs = request_by(UserFactory(), member.organisation), request_by(UserFactory())
    assert decide(ours, member.user, evidence=Evidence.NONE).state == State.VERIFIED
    with pytest.raises(NotAllowed):
        decide(theirs, member.user)


def test_a_member_who_awaits_verification_accepts_nobody() -> None:
    first = request_by(UserFactory())
    with pytest.raises(NotAllowed):
        decide(request_by(UserFactory(), first.organisation), first.user)


def test_nobody_decides_their_own_request_not_even_an_officer() -> None:
    officer = UserFactory(officer=True)
    with pytest.raises(NotAllowed):
        decide(request_by(officer), officer)


def test_a_first_member_without_evidence_is_refused() -> None:
    with pytest.raises(RuleBroken):
        decide(request_by(UserFactory()), UserFactory(officer=True), evidence=Evidence.NONE)


@pytest.mark.parametrize(
    ("email", "confirmed", "domain", "accepted"),
    [
        ("ada@chu-exemple.fr", True, "", True),
        ("ada@chu-exemple.fr", True, "chu-exemple.fr", True),
        ("ada@autre-exemple.fr", True, "chu-exemple.fr", False),
        ("ada@gmail.com", True, "", False),
        ("ada@chu-exemple.fr", False, "chu-exemple.fr", False),
    ],
)
def test_an_address_is_evidence_only_when_it_is_confirmed_and_of_the_organisation(
    email: str, confirmed: bool, domain: str, accepted: bool
) -> None:
    user = UserFactory(email=email, email_verified_at=LONG_AGO if confirmed else None)
    membership, officer = request_by(user, OrganisationFactory(email_domain=domain)), UserFactory(officer=True)
    if accepted:
        assert decide(membership, officer, evidence=Evidence.EMAIL_DOMAIN).organisation.email_domain == "chu-exemple.fr"
    else:
        with pytest.raises(RuleBroken):
            decide(membership, officer, evidence=Evidence.EMAIL_DOMAIN)


def test_the_secretariat_needs_evidence_for_a_next_member_too() -> None:
    member = MembershipFactory()
    with pytest.raises(RuleBroken):
        decide(request_by(UserFactory(), member.organisation), UserFactory(officer=True), evidence=Evidence.NONE)


def test_a_request_is_decided_once() -> None:
    membership, officer = request_by(UserFactory()), UserFactory(officer=True)
    decide(membership, officer, State.REFUSED, Evidence.NONE)
    with pytest.raises(WrongState):
        decide(membership, officer)


def test_somebody_asks_once_and_may_ask_again_after_a_refusal() -> None:
    user = UserFactory()
    membership = request_by(user)
    with pytest.raises(RuleBroken):
        request_by(user, membership.organisation)
    decide(membership, UserFactory(officer=True), State.REFUSED, Evidence.NONE)
    assert request_by(user, membership.organisation).state == State.REQUESTED


def test_a_membership_ends_by_oneself_or_by_the_secretariat_only() -> None:
    membership = MembershipFactory()
    with pytest.raises(NotAllowed):
        services.end_membership(membership=membership, by=UserFactory(), at=LATER)
    ended = services.end_membership(membership=membership, by=membership.user, at=LATER)
    assert (ended.ended_at, ended.ended_by) == (LATER, membership.user)
    assert ended.state == State.ENDED
    assert policies.organisations_of(membership.user) == frozenset()
    with pytest.raises(WrongState):
        services.end_membership(membership=membership, by=UserFactory(officer=True), at=LATER)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_members_are_told_of_a_request_and_the_person_of_the_decision(language: str) -> None:
    member = MembershipFactory(user__language=language)
    person = UserFactory(language=language)
    membership = request_by(person, member.organisation)
    assert [letter.to for letter in deliver_all()] == [[member.user.email]]
    decide(membership, member.user)
    (letter,) = deliver_all()
    assert letter.to == [person.email]
    assert member.organisation.name in letter.body


def test_somebody_finds_their_organisation_and_asks_to_join_it(client: Client) -> None:
    organisation, user = OrganisationFactory(), UserFactory()
    sign_in(client, user).post(reverse("accounts:organisation_join", args=[organisation.pk]))
    assert user.memberships.get().organisation == organisation


NEW = {"name": "Institut d’essai", "short_name": "", "country": "FR", "city": "Lille", "siren": "130 025 265", "siret": ""}


def test_somebody_names_an_organisation_that_stays_unverified(client: Client) -> None:
    user = UserFactory()
    sign_in(client, user).post(reverse("accounts:organisation_new"), NEW)
    organisation = user.memberships.get().organisation
    assert organisation.siren == "130025265"
    assert organisation.verified_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"siren": ""}, "siren"),
        ({"siren": "130 025 266"}, "siren"),
        ({"siret": "552 100 554 00013"}, "siret"),
        ({"country": "BE", "siren": "", "siret": "130 025 265 00013"}, "siren"),
        ({"country": "XX"}, "country"),
        ({"name": ""}, "name"),
    ],
)
def test_a_mistake_about_an_organisation_is_told_beside_its_field(client: Client, changes: dict, field: str) -> None:
    page = sign_in(client, UserFactory()).post(reverse("accounts:organisation_new"), {**NEW, **changes})
    assert field in page.context["form"].errors
    assert not Organisation.objects.exists()


def test_a_foreign_organisation_has_no_siren(client: Client) -> None:
    sign_in(client, UserFactory()).post(reverse("accounts:organisation_new"), {**NEW, "country": "BE", "siren": ""})
    assert Organisation.objects.get().siren is None


def test_a_known_siren_leads_to_the_organisation_that_has_it(client: Client) -> None:
    known = OrganisationFactory(siren="130025265")
    page = sign_in(client, UserFactory()).post(reverse("accounts:organisation_new"), NEW)
    assert known.name in str(page.context["form"].errors["siren"])


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (SirenField(), "12345678", "length"),
        (SirenField(), "1300252650", "length"),
        (SirenField(), "130025266", "key"),
        (SirenField(), "13002526A", "digits"),
        (SiretField(), "1300252650001", "length"),
        (SiretField(), "13002526500014", "key"),
    ],
)
def test_a_wrong_length_a_wrong_key_and_a_letter_are_told_apart(field, typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert [error.code for error in refusal.value.error_list] == [code]


def test_a_wrong_siren_is_explained_in_the_language_of_the_page() -> None:
    with translation.override("en"), pytest.raises(ValidationError, match="A SIREN has 9 digits; you wrote 8"):
        SirenField().clean("12345678")


def test_the_page_accepts_and_refuses(client: Client) -> None:
    first, second = request_by(UserFactory()), request_by(UserFactory())
    sign_in(client, UserFactory(officer=True))
    for membership, decision in ((first, "verified"), (second, "refused")):
        typed = {f"{membership.pk}-evidence": "document", f"{membership.pk}-decision": decision}
        client.post(reverse("accounts:decide_membership", args=[membership.pk]), typed)
    assert Membership.objects.get(pk=first.pk).state == State.VERIFIED
    assert Membership.objects.get(pk=second.pk).state == State.REFUSED


def test_a_member_sees_the_requests_of_their_organisations_only(client: Client) -> None:
    member = MembershipFactory()
    ours, theirs = request_by(UserFactory(), member.organisation), request_by(UserFactory())
    page = sign_in(client, member.user).get(reverse("accounts:memberships"))
    assert [membership for membership, _form in page.context["requests"]] == [ours]
    assert client.post(reverse("accounts:decide_membership", args=[theirs.pk])).status_code == 404


def test_leaving_is_confirmed_on_a_page_that_names_the_organisation(client: Client) -> None:
    membership = MembershipFactory()
    address = reverse("accounts:organisation_leave", args=[membership.pk])
    assert membership.organisation.name in sign_in(client, membership.user).get(address).content.decode()
    client.post(address)
    membership.refresh_from_db()
    assert membership.state == State.ENDED
    assert sign_in(Client(), UserFactory()).post(address).status_code == 404
