"""The public ground floor in a browser: both languages, both widths, with and without JavaScript."""

from collections.abc import Callable

import pytest

from tests.journeys.pages import Screen

PAGES = {"home": "/", "sitemap": "/plan-du-site/", "accessibility": "/accessibilite/", "not-found": "/nulle-part/"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_public_pages_are_accessible_and_fit_a_phone(open_screen: Callable[..., Screen], language: str) -> None:
    screen = open_screen(language=language)
    for name, path in PAGES.items():
        screen.go(path).is_good_at_both_widths().shoot(f"{name}-{language}")
        assert screen.language == language


def test_the_language_is_changed_on_the_spot(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen("/accessibilite/", language="fr").press("English")
    assert screen.language == "en"
    assert screen.page.url.endswith("/accessibilite/")


def test_the_language_is_changed_without_javascript_on_a_phone(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen("/plan-du-site/", language="en", width=360, javascript=False).press("Français")
    assert screen.language == "fr"


def test_the_phone_menu_opens_with_the_keyboard(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen("/", width=360)
    screen.page.get_by_role("button", name="Menu").press("Enter")
    screen.page.locator("#menu-panel.fr-modal--opened").wait_for()
    screen.is_accessible()


def test_the_first_tab_stop_leads_to_the_content(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen("/", language="en")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Enter")
    assert screen.page.locator("main:focus").count() == 1
