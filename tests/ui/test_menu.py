"""The main menu of each role: never longer than a person takes in, and where they are is always marked."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.roles import ORGANISATION_BOUND, Role
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from ui.navigation import MOST, menu_for, stand_under

pytestmark = pytest.mark.django_db


def seen_by(user: User, address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = user
    return request


GRANTED = [role for role in Role if role != Role.APPLICANT]


@pytest.mark.parametrize("role", GRANTED, ids=str)
def test_no_menu_has_more_than_eight_entries_on_its_first_level(role: Role) -> None:
    user = UserFactory()
    RoleGrantFactory(user=user, role=role, organisation=OrganisationFactory() if role in ORGANISATION_BOUND else None)
    menu = menu_for(seen_by(user, "/"))
    assert 0 < len(menu) <= MOST, [link.code for link in menu]
    assert all(len(link.children) != 1 for link in menu)


def test_the_head_finds_everything_behind_groups_and_sees_where_they_are() -> None:
    head = UserFactory(roles=[Role.HEAD_OF_SECRETARIAT])
    request = seen_by(head, reverse("fees:desk"))
    menu = {link.code: link for link in menu_for(request)}
    assert {"public", "work", "search", "dossiers", "instruction", "charging"} <= set(menu)
    assert [child.code for child in menu["charging"].children if child.current] == ["tariff_grids"]
    assert menu["charging"].current and not menu["public"].current
    stand_under(request, "quotes")
    menu = {link.code: link for link in menu_for(request)}
    assert [child.code for child in menu["charging"].children if child.current] == ["quotes"]


def test_a_sub_menu_is_a_button_with_its_list_of_links(client: Client) -> None:
    sign_in(client, UserFactory(roles=[Role.HEAD_OF_SECRETARIAT]))
    page = client.get(reverse("fees:desk"), headers={"accept-language": "en"}).content.decode()
    assert 'aria-controls="menu-charging"' in page and f'href="{reverse("fees:desk")}" aria-current="page"' in page


def test_a_visitor_has_no_sub_menu() -> None:
    assert all(not link.children for link in menu_for(seen_by(AnonymousUser(), "/")))  # type: ignore[arg-type]
