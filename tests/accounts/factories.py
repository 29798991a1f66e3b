"""People and organisations for tests; a trait per role makes somebody with that role and, where it is needed, a TOTP device."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django_otp.plugins.otp_totp.models import TOTPDevice
from stdnum.luhn import calc_check_digit

from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.roles import Role

LONG_AGO = datetime(2024, 1, 8, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
PASSWORD = "une phrase de passe longue"


def siren(number: int) -> str:
    """Return a SIREN with a right key, different for each number."""
    body = f"{30_000_000 + number:08d}"
    return body + calc_check_digit(body)


class UserFactory(factory.django.DjangoModelFactory):
    """A person with a verified address; `roles=[…]` grants roles and, unless `device=False`, sets up a second factor."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        officer = factory.Trait(roles=[Role.OFFICER])
        head = factory.Trait(roles=[Role.HEAD_OF_SECRETARIAT])
        president = factory.Trait(roles=[Role.COMMITTEE_PRESIDENT])
        committee_member = factory.Trait(roles=[Role.COMMITTEE_MEMBER])
        cnil_liaison = factory.Trait(roles=[Role.CNIL_LIAISON])
        auditor = factory.Trait(roles=[Role.AUDITOR])
        administrator = factory.Trait(roles=[Role.ADMINISTRATOR])

    first_name = factory.Sequence(lambda n: f"Camille{n}")
    last_name = "Essai"
    email = factory.Sequence(lambda n: f"camille{n}@exemple.fr")
    email_verified_at = LONG_AGO
    date_joined = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        roles, device = kwargs.pop("roles", ()), kwargs.pop("device", None)
        user = model_class.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)
        for role in roles:
            RoleGrantFactory(user=user, role=role)
        if device or (device is None and roles):
            TOTPDevice.objects.create(user=user, name="default", confirmed=True)
        return user


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An organisation with a right SIREN."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Centre de recherche {n}")
    short_name = factory.Sequence(lambda n: f"CR{n}")
    siren = factory.Sequence(siren)
    city = "Lyon"


class MembershipFactory(factory.django.DjangoModelFactory):
    """A verified membership."""

    class Meta:
        model = Membership

    class Params:
        requested = factory.Trait(state=Membership.State.REQUESTED, evidence=Membership.Evidence.NONE, decided_at=None, decided_by=None)

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    state = Membership.State.VERIFIED
    evidence = Membership.Evidence.DOCUMENT
    requested_at = LONG_AGO
    decided_at = LONG_AGO
    decided_by = factory.LazyFunction(lambda: User.objects.system())


class RoleGrantFactory(factory.django.DjangoModelFactory):
    """A live role, granted by the system."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.OFFICER
    granted_at = LONG_AGO
    granted_by = factory.LazyFunction(lambda: User.objects.system())
