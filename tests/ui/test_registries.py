"""What apps hang into every page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from ui import home
from ui.navigation import menu_for, sitemap_for, tabs_for
from ui.registries import DOORS, FIGURES, MENU, SITEMAP, TABS, Door, Figure, MenuEntry, Registry, SitemapEntry, Tab


@pytest.fixture(autouse=True)
def _only_what_the_test_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    for registry in (MENU, DOORS, FIGURES, SITEMAP, TABS):
        monkeypatch.setattr(registry, "_entries", {})


@pytest.fixture
def request_(rf: RequestFactory):
    request = rf.get("/accessibilite/")
    request.user = AnonymousUser()
    return request


def test_entries_come_in_their_order_whoever_registered_first() -> None:
    registry: Registry[MenuEntry] = Registry()
    for code, order in [("late", 30), ("b", 10), ("a", 10)]:
        registry.add(MenuEntry(code, code, "home", order))
    assert [entry.code for entry in registry] == ["a", "b", "late"]


def test_a_code_is_taken_once() -> None:
    entry = MENU.add(MenuEntry("home", "Home", "home", 1))
    MENU.add(entry)
    with pytest.raises(ValueError, match="home"):
        MENU.add(MenuEntry("home", "Elsewhere", "sitemap", 1))
    MENU.remove("home")
    assert len(MENU) == 0


def test_the_menu_shows_what_this_person_may_see_and_where_they_are(request_) -> None:
    MENU.add(MenuEntry("home", "Home", "home", 1))
    MENU.add(MenuEntry("hidden", "Hidden", "sitemap", 2, shown_to=lambda request: request.user.is_authenticated))
    MENU.add(MenuEntry("more", "More", "sitemap", 3, children=(MenuEntry("here", "Here", "accessibility", 1),)))
    menu = menu_for(request_)
    assert [(link.code, link.current) for link in menu] == [("home", False), ("more", True)]
    assert menu[1].children[0].current


def test_where_one_list_lies_under_another_only_the_nearer_is_where_they_are(rf: RequestFactory) -> None:
    MENU.add(MenuEntry("fees", "Fees", "fees:index", 1))
    MENU.add(MenuEntry("simulator", "Simulator", "simulator:index", 2))
    request = rf.get(reverse("simulator:compare"))
    assert [(link.code, link.current) for link in menu_for(request)] == [("fees", False), ("simulator", True)]
    request = rf.get(reverse("fees:vat"))
    assert [(link.code, link.current) for link in menu_for(request)] == [("fees", True), ("simulator", False)]


def test_an_entry_without_a_page_is_left_out(request_) -> None:
    MENU.add(MenuEntry("ghost", "Ghost", "no-such-page", 1))
    DOORS.add(Door("ghost", "Ghost", "…", "no-such-page", 1))
    SITEMAP.add(SitemapEntry("Ghosts", "Ghost", "no-such-page", 1))
    assert menu_for(request_) == home.doors() == sitemap_for(request_) == []


def test_a_figure_without_a_value_is_not_shown() -> None:
    FIGURES.add(Figure("none", "Nothing yet", lambda: None, "home", 1))
    FIGURES.add(Figure("zero", "Published", lambda: 0, "home", 2))
    assert [figure.value for figure in home.figures()] == [0]


def test_the_site_map_keeps_a_section_together(request_) -> None:
    SITEMAP.add(SitemapEntry("First", "Home", "home", 1))
    SITEMAP.add(SitemapEntry("Second", "Map", "sitemap", 2))
    SITEMAP.add(SitemapEntry("First", "Accessibility", "accessibility", 3))
    assert [(section, [link.label for link in links]) for section, links in sitemap_for(request_)] == [
        ("First", ["Home", "Accessibility"]),
        ("Second", ["Map"]),
    ]


def test_a_tab_stays_the_current_one_on_the_pages_below_it_and_the_first_one_only_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {"first": "/d/1/", "fees": "/d/1/fees/", "facts": "/d/1/facts/"}
    monkeypatch.setattr("ui.navigation.address_of", lambda name, **_kwargs: addresses[name])
    for order, code in enumerate(addresses):
        TABS.add(Tab(code, code, code, order))

    def current(path: str) -> list[str]:
        return [tab.code for tab in tabs_for(RequestFactory().get(path), "open") if tab.current]

    assert current("/d/1/") == ["first"]
    assert current("/d/1/fees/") == current("/d/1/fees/DEV-2026-00001/accept/") == ["fees"]
    assert current("/d/1/withdraw/") == []


def test_a_tab_is_shown_when_it_says_so_of_the_dossier(request_) -> None:
    TABS.add(Tab("map", "Map", "sitemap", 2, shown_to=lambda request, dossier: dossier == "open"))
    TABS.add(Tab("here", "Here", "accessibility", 1))
    assert [(tab.code, tab.current) for tab in tabs_for(request_, "open")] == [("here", True), ("map", False)]
    assert [tab.url for tab in tabs_for(request_, "closed")] == [reverse("accessibility")]
