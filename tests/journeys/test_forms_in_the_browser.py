"""Forms with JavaScript on: what is typed is counted, saved, and never lost."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Screen
from tests.ui.site import SAVING


class ProjectScreen(Screen):
    """The trial form."""

    def type_title(self, text: str) -> "ProjectScreen":
        return self.fill("Title", text)

    def says(self, text: str) -> "ProjectScreen":
        expect(self.page.locator(".autosave__state")).to_contain_text(text, timeout=15_000)
        return self


@pytest.fixture
def project(open_screen: Callable[..., Screen], settings) -> Iterator[ProjectScreen]:
    settings.ROOT_URLCONF = "tests.ui.site"
    SAVING.__init__()  # type: ignore[misc]
    screen = open_screen("/project/", language="en")
    yield ProjectScreen(screen.page)
    # A late save must not reach the next test's server.
    screen.page.goto("about:blank")


def test_a_form_saves_itself_and_says_when(project: ProjectScreen) -> None:
    project.type_title("Strokes in Brittany").says("Saved at")
    assert SAVING.received == ["Strokes in Brittany"]


def test_the_answer_replaces_the_parts_that_it_names(project: ProjectScreen) -> None:
    SAVING.status, SAVING.html = 200, '<p id="version">version 2</p>'
    project.type_title("Strokes").says("Saved at")
    expect(project.page.locator("#version")).to_have_text("version 2")


def test_a_conflict_shows_what_the_server_says_and_stops_saving(project: ProjectScreen) -> None:
    SAVING.status, SAVING.html = 409, "<p>Changed by a colleague</p>"
    project.type_title("Mine").says("somebody else").shows("Changed by a colleague").is_accessible()


@pytest.mark.parametrize("answer", [(401, ""), (403, ""), (302, "/compte/connexion/")])
def test_text_typed_after_the_session_ended_comes_back_after_signing_in(project: ProjectScreen, answer: tuple[int, str]) -> None:
    SAVING.status, SAVING.redirect = answer
    project.type_title("Not to be lost").tick("Base B").tick("Research").says("session has ended")
    SAVING.status, SAVING.redirect = 204, ""
    project.go("/project/")
    expect(project.page.get_by_label("Title")).to_have_value("Not to be lost")
    expect(project.page.get_by_label("Base B")).to_be_checked()
    expect(project.page.get_by_label("Research")).to_be_checked()
    project.says("Saved at").go("/project/")
    expect(project.page.get_by_label("Title")).to_have_value("")


def test_an_unreachable_server_is_tried_again(project: ProjectScreen) -> None:
    project.page.route("**/save/", lambda route: route.fulfill(status=503))
    project.type_title("Patience").says("cannot be reached")
    project.page.unroute("**/save/")
    project.says("Saved at")
    assert SAVING.received == ["Patience"]


def test_the_words_left_are_counted_while_typing(project: ProjectScreen) -> None:
    counter = project.page.locator("#id_summary_counter")
    expect(counter).to_have_text("Words left: 5 out of 5")
    project.fill("Summary", "one two  three\nfour")
    expect(counter).to_have_text("Words left: 1 out of 5")
    project.fill("Summary", "one two three four five six seven")
    expect(counter).to_have_text("Words too many: 2 (limit: 5)")


def test_the_errors_are_summed_up_at_the_top_and_take_the_focus(project: ProjectScreen) -> None:
    project.press("Send").is_accessible().shoot("form-errors")
    assert project.page.locator(".form-errors:focus").count() == 1
    project.page.get_by_role("link", name="Purpose").click()
    assert project.page.locator("#id_purpose_0:focus").count() == 1


def test_the_whole_form_can_be_read_on_a_phone(project: ProjectScreen) -> None:
    project.page.set_viewport_size({"width": 360, "height": 800})
    project.fits().is_accessible()
