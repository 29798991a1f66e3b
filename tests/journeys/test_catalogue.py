"""The catalogue in a browser: read by everybody, kept by an administrator."""

from collections.abc import Callable

from tests.accounts.factories import UserFactory
from tests.journeys.pages import Screen

PUBLIC = {"catalogue": "/catalogue/", "catalogue-search": "/catalogue/?q=cancer", "database": "/catalogue/base-principale/"}
KEPT = {
    "database-form": "/catalogue/bndmr/modifier/",
    "component-form": "/catalogue/base-principale/modifier/composantes/dcir/",
    "vocabularies": "/catalogue/vocabulaires/",
    "vocabulary": "/catalogue/vocabulaires/domain/",
}


def test_the_pages_of_the_catalogue_are_accessible_and_fit_a_phone(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen()
    for name, path in PUBLIC.items():
        screen.go(path).is_good_at_both_widths().shoot(name)


def test_the_pages_of_the_administrator_are_accessible_and_fit_a_phone(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen(width=360, user=UserFactory(administrator=True))
    for path in KEPT.values():
        screen.go(path).fits().is_accessible()


def test_a_database_is_found_by_a_word_without_its_accents_and_without_javascript(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen("/catalogue/", width=360, javascript=False)
    screen.page.locator("#catalogue-search").fill("epidemiologie")
    screen.page.locator("#catalogue-search").press("Enter")
    screen.page.get_by_role("link", name="EpiCov").wait_for()
    screen.page.get_by_role("link", name="EpiCov").click()
    assert screen.page.url.endswith("/catalogue/epicov/")
