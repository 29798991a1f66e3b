"""The registry in a browser: a citizen looks for a disease, narrows the list, and reads a fiche, on a screen and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from registry.models import Fiche
from requests_app.states import State
from tests.journeys.pages import Screen
from tests.registry.factories import a_fiche
from tests.requests_app.factories import a_dossier


@pytest.fixture
def published(db: None) -> Fiche:
    for number in range(3):
        a_fiche(title=f"Asthme de l'enfant, étude {number}", domains=["oncology" if number else "cardiology"])
    return Fiche.objects.get(dossier=a_dossier(State.RUNNING))


def test_the_pages_are_accessible_and_fit(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen()
    for name, path in {
        "registry": "/repertoire/?q=asthme&domain=oncology",
        "registry-empty": "/repertoire/?q=licorne",
        "fiche": published.get_absolute_url(),
        "fiche-unknown": "/repertoire/F20210615171712/",
    }.items():
        screen.go(path).is_good_at_both_widths().shoot(name)


def test_a_tick_narrows_the_list_on_the_spot_and_the_address_follows(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen("/repertoire/?q=asthme")
    screen.page.locator("#domain-oncology").check()
    expect(screen.page.locator("#found .card")).to_have_count(2)
    assert "domain=oncology" in screen.page.url
    expect(screen.page.locator("#domain-oncology")).to_be_focused()
    screen.is_accessible()
    screen.page.go_back()
    expect(screen.page.locator("#found .card")).to_have_count(3)


def test_without_javascript_a_phone_opens_the_filters_and_applies_them(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen("/repertoire/", width=360, javascript=False)
    screen.page.locator(".drawer > summary").click()
    screen.page.locator("#domain-cardiology").check()
    screen.press("Appliquer les filtres" if screen.page.get_by_text("Appliquer les filtres").count() else "Apply the filters")
    assert screen.page.locator(".card").count() == 1
    assert "domain=cardiology" in screen.page.url


def test_on_a_phone_the_filters_stay_open_between_two_ticks(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen("/repertoire/", width=360)
    screen.page.locator(".drawer > summary").click()
    screen.page.locator("#domain-cardiology").check()
    expect(screen.page.locator("#found .card")).to_have_count(1)
    expect(screen.page.locator("#domain-oncology")).to_be_visible()


def test_a_visitor_finds_a_fiche_by_a_word_without_its_accents(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen("/repertoire/")
    screen.page.locator("#registry-search").fill("epilepsie")
    with screen.page.expect_navigation():
        screen.page.locator("#registry-search").press("Enter")
    with screen.page.expect_navigation():
        screen.page.locator(".card a").first.click()
    assert screen.heading.startswith("EPISUIVI")
