"""The completeness check in a real browser: an officer asks for two points at once, and the applicant finds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from requests_app.models import Dossier
from requests_app.states import State
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_dossier, cast

Open = Callable[..., Screen]


def test_an_officer_asks_once_for_everything_and_the_applicant_finds_each_point(open_screen: Open, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    desk = open_screen(f"/dossiers/{dossier.reference}/completude/?item=field:summary", user=people["officer"])
    desk.is_accessible()
    desk.page.locator('input[name="judgement"][value="to_complete"]').check(force=True)
    desk.page.locator('input[name="reasons"]').first.check(force=True)
    desk.page.locator('textarea[name="text"]').fill("Voir le deuxième paragraphe.")
    desk.page.locator(
        "[data-message] li:not([hidden])", has_text="Voir le deuxième paragraphe."
    ).wait_for()  # live, before anything is kept
    with desk.page.expect_navigation():
        desk.page.locator('button[form="verdict-form"], #verdict-form button').first.click()
    desk.ready()
    desk.page.locator("#message", has_text="Voir le deuxième paragraphe.").wait_for()
    desk.go(f"/dossiers/{dossier.reference}/completude/complet/").is_accessible()
    desk.go(f"/dossiers/{dossier.reference}/completude/demander/").is_accessible()
    with desk.page.expect_navigation():
        desk.page.locator("main form[method=post] button.fr-btn").last.click()
    assert Dossier.objects.get(pk=dossier.pk).state == State.INCOMPLETE
    desk.go("/travail/motifs/").is_accessible().go("/travail/motifs/nouveau/").is_accessible()
    mine = open_screen(f"/dossiers/{dossier.reference}/complements/", width=360, user=people["owner"])
    mine.is_accessible().fits().shows("Voir le deuxième paragraphe.")
    mine.go(dossier.get_absolute_url()).fits()


def test_the_check_fits_a_narrow_screen_and_works_without_javascript(open_screen: Open) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    desk = open_screen(f"/dossiers/{dossier.reference}/completude/?item=field:dpo", width=360, javascript=False, user=people["officer"])
    desk.fits()
    desk.page.locator('input[name="judgement"][value="to_complete"]').check(force=True)
    desk.page.locator('textarea[name="text"]').fill("Boîte de fonction attendue.")
    with desk.page.expect_navigation():
        desk.page.locator("#verdict-form button").click()
    desk.fits().shows("Boîte de fonction attendue.")
    desk.go(f"/dossiers/{dossier.reference}/completude/complet/").fits()
