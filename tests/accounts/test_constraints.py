"""The database itself refuses what must never be true; each constraint is met by trying to break it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.roles import Role
from tests.accounts.factories import LONG_AGO, MembershipFactory, OrganisationFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def refuses(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_an_address_is_unique_in_any_letter_case() -> None:
    UserFactory(email="ada@exemple.fr")
    with refuses("user_email_is_unique_in_any_case"):
        User.objects.create(email="ADA@exemple.fr", first_name="Ada")


def test_there_is_one_system() -> None:
    assert User.objects.system() == User.objects.system()
    with refuses("user_only_one_system"):
        User.objects.create(email="other@exemple.fr", first_name="Other", is_system=True)


def test_the_system_is_made_anew_when_its_row_is_gone() -> None:
    User.objects.filter(is_system=True).delete()
    system = User.objects.system()
    assert system.is_system
    assert not system.has_usable_password()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"siren": "12345678"}, "organisation_siren_is_nine_digits_or_null"),
        ({"siren": "12345678A"}, "organisation_siren_is_nine_digits_or_null"),
        ({"siren": ""}, "organisation_siren_is_nine_digits_or_null"),
        ({"siren": "130025265", "siret": "13002526"}, "organisation_siret_starts_with_siren"),
        ({"siren": "130025265", "siret": "55210055400013"}, "organisation_siret_starts_with_siren"),
        ({"siren": None, "siret": "13002526500013"}, "organisation_siret_starts_with_siren"),
        ({"verified_at": LONG_AGO}, "organisation_verified_at_means_by"),
    ],
)
def test_an_organisation_holds_true_numbers(fields: dict, constraint: str) -> None:
    with refuses(constraint):
        OrganisationFactory(**fields)


def test_a_siren_belongs_to_one_organisation_and_foreign_ones_have_none() -> None:
    OrganisationFactory.create_batch(2, siren=None)
    OrganisationFactory(siren="130025265", siret="13002526500013")
    with refuses("organisation_siren_is_unique"):
        OrganisationFactory(siren="130025265")


def test_one_body_runs_the_site() -> None:
    OrganisationFactory(is_operator=True)
    with refuses("organisation_only_one_operator"):
        OrganisationFactory(is_operator=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "verified", "decided_at": None}, "membership_decided_means_decided_at"),
        ({"state": "refused", "decided_by": None}, "membership_decided_means_decided_at"),
        ({"state": "requested"}, "membership_decided_means_decided_at"),
        ({"state": "ended"}, "membership_ended_means_ended_at"),
        ({"state": "verified", "ended_at": LONG_AGO}, "membership_ended_means_ended_at"),
    ],
)
def test_a_membership_is_decided_when_it_says_so(fields: dict, constraint: str) -> None:
    with refuses(constraint):
        MembershipFactory(**fields)


def test_nobody_decides_their_own_membership() -> None:
    user = UserFactory()
    with refuses("membership_nobody_decides_their_own"):
        MembershipFactory(user=user, decided_by=user)


def test_a_person_has_one_live_membership_per_organisation_and_any_number_of_past_ones() -> None:
    one = MembershipFactory(state=Membership.State.ENDED, ended_at=LONG_AGO)
    MembershipFactory(user=one.user, organisation=one.organisation, state=Membership.State.REFUSED)
    MembershipFactory(user=one.user, organisation=one.organisation)
    with refuses("membership_one_live_per_organisation"):
        MembershipFactory(requested=True, user=one.user, organisation=one.organisation)


def test_a_role_is_held_once_at_a_time() -> None:
    grant = RoleGrantFactory()
    with refuses("role_grant_one_live_per_role"), transaction.atomic():
        RoleGrantFactory(user=grant.user, role=grant.role)
    RoleGrant.objects.update(ended_at=LONG_AGO, ended_by=User.objects.system())
    assert RoleGrantFactory(user=grant.user, role=grant.role).pk


def test_a_role_for_one_organisation_is_held_once_for_each() -> None:
    grant = RoleGrantFactory(role=Role.SIGNATORY, organisation=OrganisationFactory())
    RoleGrantFactory(user=grant.user, role=Role.SIGNATORY, organisation=OrganisationFactory())
    with refuses("role_grant_one_live_per_role"):
        RoleGrantFactory(user=grant.user, role=Role.SIGNATORY, organisation=grant.organisation)


def test_nobody_grants_themselves_a_role() -> None:
    user = UserFactory()
    with refuses("role_grant_nobody_grants_themselves"):
        RoleGrantFactory(user=user, granted_by=user)


@pytest.mark.parametrize("role", ["applicant", "system", "king"])
def test_what_is_no_role_to_grant_is_refused(role: str) -> None:
    with refuses("role_grant_role_is_known"):
        RoleGrantFactory(role=role)


@pytest.mark.parametrize(
    ("role", "has_organisation", "fits"),
    [
        (Role.SIGNATORY, True, True),
        (Role.SIGNATORY, False, False),
        (Role.DATA_CONTROLLER_AGENT, False, False),
        (Role.DPO, True, True),
        (Role.DPO, False, True),
        (Role.OFFICER, True, False),
        (Role.OFFICER, False, True),
    ],
)
def test_a_role_is_for_one_organisation_or_for_the_whole_site(role: Role, has_organisation: bool, fits: bool) -> None:
    organisation = OrganisationFactory() if has_organisation else None
    if fits:
        assert RoleGrantFactory(role=role, organisation=organisation).pk
    else:
        with refuses("role_grant_organisation_fits_role"):
            RoleGrantFactory(role=role, organisation=organisation)


def test_a_role_does_not_end_before_it_begins() -> None:
    with refuses("role_grant_ends_after_it_begins"):
        RoleGrantFactory(ended_at=LONG_AGO - timedelta(days=1), ended_by=User.objects.system())


def test_what_others_count_on_is_never_deleted_by_accident() -> None:
    membership = MembershipFactory()
    with pytest.raises(Exception, match="protected"):
        membership.organisation.delete()
    assert Organisation.objects.filter(pk=membership.organisation_id).exists()
