"""From the editor to the answer: the secretariat writes and publishes a question, an applicant meets it, at 360 px too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from questionnaires import drafting, services
from questionnaires.kinds import Kind
from questionnaires.models import Version
from requests_app.models import Content
from tests.journeys.pages import Screen
from tests.questionnaires.factories import a_question, a_questionnaire, publish
from tests.requests_app.factories import a_draft, cast


@pytest.fixture
def people(open_screen: Callable[..., Screen]) -> dict[str, Any]:
    """Made once the database of the browser's server is ready."""
    return cast()


def test_a_question_goes_from_the_editor_to_an_applicants_answer(open_screen: Callable[..., Screen], people: dict[str, Any]) -> None:
    editor = open_screen(reverse("questionnaires:index"), language="en", user=people["officer"]).is_accessible()
    editor.follow("New questionnaire").fill("Title, in French", "Questions").fill("Title, in English", "Questions")
    editor.tick("CNIL authorisation").is_accessible().press("Save")
    editor.follow("Add a section").fill("Title, in French", "Algorithmes").fill("Title, in English", "Algorithms").press("Save")
    for label, kind in (("Uses an algorithm?", "Yes or no"), ("Which one?", "Short text, on one line")):
        editor.page.get_by_role("link", name="Write a new question").click()
        editor.fill("Question, in French", label).fill("Question, in English", label).tick(kind)
        expect(editor.page.locator("#choices-title")).to_be_hidden()
        editor.is_accessible().press("Save")
        editor.is_accessible()
        if label == "Which one?":
            editor.tick("if all these conditions hold").page.get_by_label("Condition 1", exact=True).select_option(
                "uses_an_algorithm|is|yes"
            )
        editor.press("Save")
    editor.is_accessible().follow("See it as the applicant")
    expect(editor.page.get_by_label("Which one?")).to_be_hidden()
    editor.tick("Yes")
    expect(editor.page.get_by_label("Which one?")).to_be_visible()
    editor.is_accessible().press("Check these answers")
    editor.shows("This question must be answered.").follow("Back to the editor")
    editor.page.get_by_role("link", name="Publish", exact=True).click()
    editor.is_accessible().press("Publish this version")
    editor.is_accessible().follow("Version 1").is_accessible()
    assert Version.objects.get().number == 1
    answer_as_the_applicant(open_screen, people)


def answer_as_the_applicant(open_screen: Callable[..., Screen], people: dict[str, Any]) -> None:
    dossier = a_draft(people, at=timezone.now())
    address = reverse("dossiers:questions", args=[dossier.reference, "s1"])
    screen = open_screen(address, language="en", user=people["owner"], width=360).is_accessible().fits()
    expect(screen.page.get_by_label("Which one?")).to_be_hidden()
    screen.tick("Yes")
    screen.fill("Which one?", "A forest")
    expect(screen.page.locator(".autosave__state")).to_contain_text("Saved at", timeout=15_000)
    expect(screen.page.locator("#missing")).to_contain_text("Nothing is missing")
    assert Content.objects.get(pk=dossier.pk).answers == {"uses_an_algorithm": True, "which_one": "A forest"}
    screen.page.goto("about:blank")


def test_without_a_script_every_question_stands_with_its_condition(open_screen: Callable[..., Screen], people: dict[str, Any]) -> None:
    rows = [a_question("a", Kind.YES_NO), a_question("b")]
    shown = a_questionnaire(rows, conditions={"b": {"all": [{"question": "a", "is": True}]}})
    publish(shown)
    dossier = a_draft(people)
    screen = open_screen(
        reverse("dossiers:questions", args=[dossier.reference, "s1"]), language="en", user=people["owner"], javascript=False
    )
    screen.shows("To be answered if “Question a?” is “Yes”.").tick("Yes").fill("Question b?", "Because").press("Save")
    assert Content.objects.get(pk=dossier.pk).answers == {"a": True, "b": "Because"}
    editor = open_screen(reverse("questionnaires:edit", args=[shown.code]), language="en", user=people["officer"], javascript=False)
    for act in ("question_down:a", "question_remove:b"):
        with editor.page.expect_navigation():
            editor.page.locator(f"button[value='{act}']").click()
    assert editor.page.locator("#question-b").count() == 0


def test_moving_on_and_its_report_are_accessible_at_any_width(open_screen: Callable[..., Screen], people: dict[str, Any]) -> None:
    shown = a_questionnaire([a_question("a", Kind.LONG), a_question("b", Kind.SEVERAL)])
    publish(shown)
    dossier = a_draft(people)
    Content.objects.filter(pk=dossier.pk).update(answers={"a": "Mon texte", "b": ["red"]})
    services.change_draft(shown, lambda draft: drafting.without_question(draft, "a"), by=people["officer"], at=timezone.now())
    publish(shown, timezone.now())
    screen = open_screen(reverse("dossiers:questions_changes", args=[dossier.reference]), language="en", user=people["owner"], width=360)
    screen.is_accessible().fits().shows("Mon texte").press("Move on to the present questions")
    screen.go(reverse("dossiers:questions", args=[dossier.reference, "s1"])).is_accessible().fits()
    screen.page.goto("about:blank")
    for page in ("bank", "new_question"):
        open_screen(reverse(f"questionnaires:{page}"), user=people["officer"], width=360).is_accessible().fits()
