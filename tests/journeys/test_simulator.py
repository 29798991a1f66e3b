"""The simulator in a browser: by the keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from fees.services.loading import load
from tests.fees.factories import a_keeper
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen

HERE = "/redevances/simulateur/"
PROJECT = {
    "requester.category": "industrial",
    "data.sources": "3",
    "data.patients": "45 000",
    "data.refreshes": "1",
    "project.duration_months": "24",
    "project.users": "5",
    "project.storage_gb": "800",
    "project.snds_matching": "true",
    "estimate.prep_days": "12",
}


def grids() -> None:
    load(author=a_keeper(), approver=a_keeper(), at=timezone.now())


def test_an_amount_is_found_by_the_keyboard_alone(open_screen: Callable[..., Screen]) -> None:
    grids()
    screen = open_screen(HERE)
    keys = Keys(screen.page).judged()
    keys.answer({"requester.category": "sme", "data.sources": "trois"}).send()
    assert (
        keys.page.locator("[id='id_data.sources_error']").is_visible()
        and keys.page.locator(".questions [name='data.sources']").input_value() == "trois"
    )
    keys.answer(PROJECT).send()
    assert "58\u202f580,00" in keys.page.locator(".sum__total").inner_text().replace("\u00a0", "\u202f")
    keys.page.set_viewport_size({"width": 360, "height": 800})
    keys.judged()
    keys.follow(HERE + "comparer/")
    keys.page.set_viewport_size({"width": 1280, "height": 800})
    keys.judged()
    assert keys.page.locator("table").count() == 2


def test_an_amount_is_found_and_explained_without_javascript(open_screen: Callable[..., Screen]) -> None:
    grids()
    page = open_screen(HERE, width=360, javascript=False).page
    page.locator(".simulator__examples a").nth(3).click()
    page.locator("#SOURCES summary").click()
    assert page.locator("#SOURCES .facts").is_visible()
    page.locator("#grid").select_option("EDS-ILL/v1")
    page.locator(".simulator__choice button").click()
    assert page.locator(".questions [name='data.sources']").input_value() == "3"
    page.locator(".questions button[type=submit]").click()
    assert "59\u202f284,00" in page.locator(".sum__total").inner_text().replace("\u00a0", "\u202f")
    assert page.context.cookies() == []
