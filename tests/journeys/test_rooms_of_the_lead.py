"""The procedure finder, exports and imports, and the secretariat's letters, in a real browser: accessible, and no wider than a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from requests_app.exports.portable import portable
from requests_app.finder.models import Orientation
from requests_app.letters.models import Kind, Letter, Template
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.factories import UserFactory
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_dossier, a_draft, cast

Open = Callable[..., Screen]
PHONE = 360
ANSWERS = "need=study&persons=no&anonymous=no&data=main&carrier=industry&several=one"


def judged(screen: Screen) -> Screen:
    """The page is accessible and fits its window."""
    return screen.is_accessible().fits()


def answer(screen: Screen, question: str, choice: str) -> Screen:
    """Answer a question of the finder."""
    screen.page.locator(f'input[name="{question}"][value="{choice}"]').check(force=True)
    return screen.press("Continue")


def test_the_finder_works_without_a_script_and_is_accessible_from_the_first_question_to_the_dossier(open_screen: Open) -> None:
    bare = open_screen("/orientation/", width=PHONE, javascript=False, language="en").fits()
    answer(bare, "need", "study").press("Continue")
    bare.shows("Choose an answer to go on.").fits()
    answer(answer(bare, "persons", "no"), "anonymous", "yes")
    assert bare.heading == "No formality here: anonymous data"

    finder = judged(open_screen("/orientation/", width=PHONE, language="en"))
    judged(finder.press("Continue")).shows("Choose an answer to go on.")
    finder.go(f"/orientation/?{ANSWERS}")
    judged(answer(finder, "matching", "yes")).shows("Create an account")
    judged(finder.go("/orientation/?need=warehouse&mission=yes&warehouse_matched=no")).shows("This is not filed here.")

    owner = judged(open_screen(f"/orientation/?{ANSWERS}&matching=yes", width=PHONE, language="en", user=UserFactory()))
    owner.press("Start this dossier").shows("your answers are kept with it")
    kept = Orientation.objects.select_related("dossier").get()
    judged(owner.go(reverse("finder:evidence", args=[kept.dossier.reference]))).shows("A health company")


def test_a_dossier_is_taken_away_copied_and_brought_in_with_what_did_not_fit(open_screen: Open, tmp_path: Path) -> None:
    people = cast()
    dossier = Dossier.objects.for_page().get(pk=a_draft(people).pk)
    owner = open_screen(reverse("exports:index", args=[dossier.reference]), width=PHONE, language="en", user=people["owner"])
    judged(owner).shows("Take the dossier away")
    judged(owner.go(reverse("exports:ehds", args=[dossier.reference]))).shows("As a European data access application")
    judged(owner.go(reverse("exports:duplicate", args=[dossier.reference]))).press("Begin the copy")
    assert Dossier.objects.count() == 2

    told = json.loads(json.dumps(portable(dossier, timezone.now())))
    told["content"] |= {"shoe_size": "x" * 200, "starts_on": "yesterday"}
    wrong, right = tmp_path / "wrong.json", tmp_path / "right.json"
    wrong.write_text("no dossier")
    right.write_text(json.dumps(told))
    judged(owner.go(reverse("exports:import"))).page.set_input_files("#id_file", wrong)
    judged(owner.press("Begin the draft")).page.set_input_files("#id_file", right)
    judged(owner.press("Begin the draft")).shows("yesterday")
    assert Dossier.objects.count() == 3


def test_an_officer_keeps_the_templates_issues_a_letter_and_inserts_a_text(open_screen: Open) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    officer = judged(open_screen(reverse("letters:templates"), width=PHONE, language="en", user=people["officer"]))
    template = Template.objects.in_use(Kind.LETTER).get(code="avis-de-reception")
    judged(officer.follow(template.name_en))
    officer.page.locator("#id_reference").fill(dossier.reference)
    judged(officer.press("Preview")).shows(f"Preview on {dossier.reference}")
    officer.page.locator("#id_body_fr").fill("Bonjour {refrence},")
    judged(officer.press("Save as the next version")).shows("Did you mean {reference}?")
    judged(officer.go(reverse("letters:template_new")))

    judged(officer.go(reverse("letters:letters", args=[dossier.reference]))).follow(template.name_en)
    judged(officer).page.locator("#id_body").fill("Votre dossier est reçu.")
    judged(officer.press("Issue the letter")).shows("The letter is issued.")
    assert Letter.objects.get(dossier=dossier).body == "Votre dossier est reçu."

    officer.go(reverse("dossiers:page", args=[dossier.reference]) + "ask_for_complement/")
    text = officer.page.locator("#id_text")
    text.fill("Bonjour,")
    officer.page.locator("details.snippets summary").click()
    inserted = officer.page.locator(".snippets__text").first.inner_text()
    judged(officer).page.locator(".snippets__insert").first.click()
    expect(text).to_have_value(f"Bonjour,\n\n{inserted}")
    expect(text).to_be_focused()
