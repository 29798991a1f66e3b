"""The form of a dossier in a real browser: saved while one types, refused politely, in conflict, at any width, without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Content, Dossier
from requests_app.sections import SECTIONS
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_dossier, a_draft, cast


class SectionScreen(Screen):
    """One section of the form."""

    def says(self, text: str) -> SectionScreen:
        """Wait for what the autosave says."""
        expect(self.page.locator(".autosave__state")).to_contain_text(text, timeout=15_000)
        return self

    @property
    def still_missing(self) -> Any:
        """The list of what is missing."""
        return self.page.locator("#missing")


Open = Callable[..., SectionScreen]


@pytest.fixture
def people(open_screen: Callable[..., Screen]) -> dict[str, Any]:
    """Made once the database of the browser's server is ready."""
    return cast()


@pytest.fixture
def section(open_screen: Callable[..., Screen], people: dict[str, Any]) -> Iterator[Open]:
    """Open a section as the owner, in English."""
    screens: list[SectionScreen] = []

    def open_(dossier: Dossier, code: str, **how: Any) -> SectionScreen:
        address = reverse("dossiers:section", args=[dossier.reference, code])
        screen = open_screen(address, language="en", user=people["owner"], **how)
        screens.append(SectionScreen(screen.page, javascript=screen.javascript))
        return screens[-1]

    yield open_
    for screen in screens:
        screen.page.goto("about:blank")  # a late save must not reach the next test's server


def test_a_section_saves_itself_and_says_what_is_still_missing(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    screen = section(dossier, "project")
    expect(screen.still_missing).to_contain_text("Name the project")
    screen.fill("Full title", "Strokes in Brittany")
    screen.says("Saved at")
    expect(screen.still_missing).not_to_contain_text("Name the project")
    expect(screen.page.locator("#status-project")).to_have_text("5 points missing")
    assert Content.objects.get(pk=dossier.pk).title == "Strokes in Brittany"
    screen.press("Save and continue")
    assert screen.heading == "Purpose and public interest"


def test_a_refused_field_is_told_beside_it_and_the_rest_is_saved(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    screen = section(dossier, "calendar")
    screen.fill("Start of the project", "2028-01-01").fill("End of the project", "2027-01-01").fill("Retention of the data", "7")
    screen.says("Not saved")
    expect(screen.page.locator("#id_ends_on_refused")).to_contain_text("The end comes before the start.")
    assert Content.objects.get(pk=dossier.pk).retention_years == 7
    screen.is_accessible()
    screen.fill("End of the project", "2029-01-01")
    screen.says("Saved at")
    expect(screen.page.locator("#id_ends_on_refused")).to_be_hidden()


def test_two_tabs_end_in_a_choice_and_not_in_a_loss(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    first, second = section(dossier, "project"), section(dossier, "project")
    second.fill("Full title", "Of the second tab")
    second.says("Saved at")
    first.fill("Full title", "Of the first tab").fill("Acronym", "FIRST")
    first.says("somebody else has changed")
    first.shows("This section was changed elsewhere").is_accessible()
    first.page.locator("#take_title_theirs").check(force=True)
    first.press("Save my choices")
    content = Content.objects.get(pk=dossier.pk)
    assert (content.title, content.acronym) == ("Of the second tab", "FIRST")


def test_what_was_typed_after_the_session_ended_comes_back(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    screen = section(dossier, "project")
    Session.objects.all().delete()
    screen.fill("Full title", "Not to be lost")
    screen.says("session has ended")
    screen.sign_in(people["owner"], screen.page.url)
    screen.go(screen.page.url)
    expect(screen.page.get_by_label("Full title")).to_have_value("Not to be lost")
    screen.says("Saved at")
    assert Content.objects.get(pk=dossier.pk).title == "Not to be lost"


def test_without_a_script_two_tabs_end_in_the_same_choice(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    first, second = section(dossier, "project", javascript=False, width=360), section(dossier, "project", javascript=False)
    second.fill("Full title", "Of the second tab").press("Save and continue")
    first.fill("Full title", "Of the first tab").press("Save and continue").shows("This section was changed elsewhere")
    first.press("Save my choices")
    assert Content.objects.get(pk=dossier.pk).title == "Of the first tab"


def test_a_field_comes_and_goes_with_the_answer_that_calls_for_it_and_keeps_its_text(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    screen = section(dossier, "protection", width=360)
    name = screen.page.get_by_label("Name and place of the system")
    expect(name).to_be_hidden()
    screen.page.locator("#id_hosting_1").focus()
    screen.page.keyboard.press("ArrowDown")  # by the keyboard: from the portal to another system
    expect(name).to_be_visible()
    name.fill("Warehouse of the hospital")
    screen.says("Saved at").is_accessible().fits()
    screen.page.locator("#id_hosting_0").check(force=True)
    expect(name).to_be_hidden()
    screen.press("Save")
    content = Content.objects.get(pk=dossier.pk)
    assert (content.hosting, content.hosting_name) == ("operator", "Warehouse of the hospital")


def test_what_could_point_at_a_person_is_ticked_and_justified(section: Open, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    screen = section(dossier, "sources")
    reasons = screen.page.get_by_label("Reasons – Date of death")
    expect(reasons).to_be_hidden()
    screen.page.get_by_label("Date of death", exact=True).check(force=True)
    expect(screen.still_missing).to_contain_text("Justify each potential identifier", timeout=15_000)
    reasons.fill("The end of the follow-up.")
    expect(screen.still_missing).not_to_contain_text("Justify each potential identifier", timeout=15_000)
    screen.is_accessible()
    assert dossier.content.sources.get().identifiers == {"death_date": "The end of the follow-up."}


def test_every_screen_of_the_applicant_is_accessible_and_fits(open_screen: Callable[..., Screen]) -> None:
    people = cast()
    empty, full, filed = a_draft(people, filled=False), a_draft(people), a_dossier("incomplete", people)
    sections = [reverse("dossiers:section", args=[full.reference, one.code]) for one in SECTIONS]
    others = [
        (empty, "file"),
        (full, "file"),
        (full, "pieces"),
        (filed, "file"),
        (empty, "delete"),
        (full, "preview"),
        (empty, "procedure"),
    ]
    screens = [
        reverse("dossiers:index"),
        reverse("dossiers:new"),
        *sections,
        *(reverse(f"dossiers:{n}", args=[d.reference]) for d, n in others),
    ]
    screen = open_screen(screens[0], language="en", user=people["owner"])
    for address in screens:
        screen.go(address).is_good_at_both_widths()


def test_what_the_answer_replaces_is_whole(section: Open, people: dict[str, Any]) -> None:
    screen = section(a_draft(people, filled=False), "project")
    screen.fill("Full title", "Strokes in Brittany")
    screen.says("Saved at")
    expect(screen.page.locator("#missing #missing-title")).to_have_text("Still missing before filing")
