"""The portal of citizens' rights in a browser: every page, in plain words and easy to read, at both widths; and its desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.roles import Role
from rights.entitlements.portal import ADDRESSES, name_of
from rights.states import Level, Right
from tests.accounts.factories import UserFactory
from tests.journeys.pages import Screen
from tests.rights.factories import a_controller, entitle

Open = Callable[..., Screen]


@pytest.fixture
def declared() -> int:
    """Two databases: one with rights, one of which nothing is declared; the answer is a statement."""
    there = a_controller("BNX", name_fr="Base d'essai")
    a_controller("BNY")
    limits = [{"fr": "Sauf pour organiser les soins.", "en": "Except to organise care."}]
    entitle(there, Right.OPPOSITION, levels=[Level.RESEARCH], exceptions=limits, available="partial")
    return int(entitle(there, Right.ACCESS).pk)


def test_the_portal_reads_well_everywhere_without_a_script_and_in_larger_letters(open_screen: Open, declared: int) -> None:
    screen = open_screen(reverse(name_of("home", easy=False)), width=360)
    for code in ADDRESSES:
        screen.go(reverse(name_of(code, easy=False))).is_good_at_both_widths()
    for code in ("home", "where"):
        screen.go(reverse(name_of(code, easy=True))).is_accessible().fits()
    screen.go(reverse(name_of("rights", easy=False))).follow("BNX")
    assert screen.page.get_by_text("Sauf pour organiser les soins.").is_visible()  # the database that a link names stands unfolded
    plain = open_screen(reverse(name_of("home", easy=False)), width=360, javascript=False)
    button = plain.page.locator("button[name=lettres]")
    button.click()
    plain.ready().fits()
    assert plain.page.locator(".rights--large").count() == 1
    plain.go(reverse(name_of("where", easy=False))).fits()
    plain.page.locator("#bnx > summary").click()
    assert plain.page.get_by_text("Sauf pour organiser les soins.").is_visible()


def test_the_desk_reads_well(open_screen: Open, declared: int) -> None:
    officer = UserFactory(roles=[Role.DPO])
    screen = open_screen(reverse("entitlements:desk"), user=officer).is_good_at_both_widths()
    for name, args in (("statement", [declared]), ("declare", [])):
        screen.go(reverse(f"entitlements:{name}", args=args)).is_good_at_both_widths()
