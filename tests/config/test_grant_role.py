"""The first administrator comes from the command line, and the grant says so."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.policies import roles_of
from accounts.roles import Role

pytestmark = pytest.mark.django_db


def test_an_account_becomes_administrator_by_the_system() -> None:
    user = User.objects.create_user(email="First@example.org", password="x", email_verified_at=timezone.now())
    call_command("grant_role", "first@example.org", "administrator")
    user = User.objects.get(pk=user.pk)
    assert Role.ADMINISTRATOR in roles_of(user)
    assert user.role_grants.get().granted_by == User.objects.system()


def test_an_address_that_was_never_confirmed_is_refused() -> None:
    User.objects.create_user(email="first@example.org", password="x")
    with pytest.raises(CommandError):
        call_command("grant_role", "first@example.org", "administrator")
    assert not RoleGrant.objects.filter(role=Role.ADMINISTRATOR).exists()


def test_an_unknown_address_is_told() -> None:
    with pytest.raises(CommandError, match="sign up on the site first"):
        call_command("grant_role", "nobody@example.org", "administrator")


def test_an_unknown_role_is_told() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("grant_role", "nobody@example.org", "emperor")
