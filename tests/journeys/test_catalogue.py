"""The catalogue in a browser: read by everybody, kept by an administrator."""

from collections.abc import Callable

import pytest

from tests.accounts.factories import UserFactory
from tests.journeys.pages import Screen

PUBLIC = {"catalogue": "/catalogue/", "catalogue-search": "/catalogue/?q=cancer", "database": "/catalogue/base-principale/"}
KEPT = {
    "database-form": "/catalogue/bndmr/modifier/",
    "rights-form": "/catalogue/bndmr/modifier/droits/",
    "component-form": "/catalogue/base-principale/modifier/composantes/dcir/",
    "vocabularies": "/catalogue/vocabulaires/",
    "vocabulary": "/catalogue/vocabulaires/domain/",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_page_of_the_catalogue_is_accessible_and_fits_a_phone(open_screen: Callable[..., Screen], name: str) -> None:
    screen = open_screen(PUBLIC[name]).is_accessible().shoot(name)
    screen.page.set_viewport_size({"width": 360, "height": 800})
    screen.fits().is_accessible()


@pytest.mark.parametrize("name", KEPT)
def test_a_page_of_the_administrator_is_accessible_and_fits_a_phone(open_screen: Callable[..., Screen], name: str) -> None:
    screen = open_screen(KEPT[name], width=360, user=UserFactory(administrator=True))
    screen.fits().is_accessible()


def test_a_database_is_found_by_a_word_without_its_accents_and_without_javascript(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen("/catalogue/", width=360, javascript=False)
    screen.page.locator("#catalogue-search").fill("epidemiologie")
    screen.page.locator("#catalogue-search").press("Enter")
    screen.page.get_by_role("link", name="EpiCov").wait_for()
    screen.page.get_by_role("link", name="EpiCov").click()
    assert screen.page.url.endswith("/catalogue/epicov/")
