"""The secretariat at work in a real browser: the list by keyboard, a dossier in short, many at once, an absence, a search."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from requests_app.desks import indexing
from requests_app.desks.services import save_list
from requests_app.states import State
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_dossier, cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> dict:
    return cast()


def test_an_officer_works_through_a_list_by_keyboard(open_screen: Callable[..., Screen], people: dict) -> None:
    first, second = a_dossier(State.SUBMITTED, people), a_dossier(State.INCOMPLETE, people)
    save_list(name="Tout", query="list=all", is_shared=False, by=people["officer"], at=timezone.now())
    list(indexing.rebuild("dossier"))
    screen = open_screen(f"{reverse('work:index')}?list=all&sort=reference", language="en", user=people["officer"])
    page = screen.is_accessible().page
    page.locator("tbody th a").first.focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.href").endswith(second.get_absolute_url())
    page.keyboard.press("r")
    expect(page.locator("#work-side h2")).to_contain_text("EPISUIVI")
    expect(page.locator("#work-side")).to_contain_text(second.reference)
    screen.is_accessible().fits()
    page.keyboard.press("Escape")
    expect(page.locator("#work-side")).to_be_empty()
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator("tbody input[type=checkbox]").first.is_checked()
    page.get_by_label("Officer", exact=False).last.select_option(str(people["officer"].pk))
    screen.press("See what would change").is_accessible()
    screen.shows("1 dossier will change").press("Confirm for 1 dossier").shows("1 dossier changed").is_accessible()
    first.refresh_from_db(fields=["officer"])
    assert first.officer == people["officer"]


@pytest.mark.parametrize("javascript", [True, False])
def test_every_page_fits_a_phone_and_works_without_script(open_screen: Callable[..., Screen], people: dict, javascript: bool) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    list(indexing.rebuild("dossier"))
    addresses = [
        f"{reverse('work:index')}?list=all",
        reverse("work:summary", args=[dossier.reference]),
        reverse("work:absences"),
        f"{reverse('work:search')}?q=epileptiques",
    ]
    screen = open_screen(addresses[0], width=360, javascript=javascript, user=people["officer"])
    for address in addresses:
        screen.go(address)
        assert dossier.title in screen.page.locator("main").inner_text() or address == reverse("work:absences")
        if javascript:
            screen.is_accessible().fits()
