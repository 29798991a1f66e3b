"""The pieces of a dossier in a real browser: the list, a new version, a refusal; on a phone and without a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.urls import reverse

from config.demo.pieces import small_pdf
from tests.journeys.pages import Screen
from tests.requests_app.factories import a_draft, cast


def test_pieces_are_given_refused_and_replaced_on_a_phone_without_a_script(open_screen: Callable[..., Screen], tmp_path: Path) -> None:
    people: dict[str, Any] = cast()
    dossier = a_draft(people, filled=False)
    good, bad = tmp_path / "resume.pdf", tmp_path / "programme.pdf"
    good.write_bytes(small_pdf(["Résumé"]))
    bad.write_bytes(b"MZ" + bytes(200))
    address = reverse("dossiers:pieces", args=[dossier.reference])
    screen = open_screen(address, width=360, javascript=False, language="en", user=people["owner"])
    screen.shows("Missing").fits()
    screen.page.locator("#item-summary a").first.click()
    assert screen.page.locator("#id_kind").input_value() == "summary"
    screen.page.set_input_files("#id_file", bad)
    screen.press("Add the piece").shows("This file is a program").fits()
    assert screen.page.locator("#id_kind").input_value() == "summary"
    screen.page.set_input_files("#id_file", good)
    screen.press("Add the piece").shows("The piece is added.").shows("resume.pdf").fits()
    screen.page.get_by_role("link", name="Replace resume.pdf").click()
    screen.shows("A new version of “resume.pdf”").page.set_input_files("#id_file", good)
    screen.press("Replace the piece").shows("1 former piece").fits()
    desk = open_screen(address, language="en", user=people["owner"]).is_accessible()
    desk.go(f"{address}?replaces={dossier.attachments.get(removed_at=None).pk}").is_accessible()
    desk.page.set_viewport_size({"width": 360, "height": 800})
    desk.fits().shoot("pieces")
