"""Signatures in a real browser: sent, signed by each in their order, and checked by a visitor who holds the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from contracts.models import Convention
from contracts.signing.models import SealedRevision
from tests.contracts.signing import an_approved_convention, code_of, keys
from tests.contracts.test_pades_tampering import added, append_page
from tests.journeys.pages import Screen

CODE = "Code of your authentication application"


@pytest.mark.usefixtures("own_media")
def test_two_parties_sign_in_order_and_a_visitor_checks_the_file(open_screen: Callable[..., Screen], settings: Any, tmp_path: Path) -> None:
    settings.KEYS_DIR = keys()
    scene = an_approved_convention()
    number = scene.convention.number
    desk = open_screen(reverse("signing:cockpit", args=[number]), language="en", user=scene.officer)
    desk.is_accessible().follow("Send for signature").is_accessible().fits().press("Seal and send")
    desk.shows("Who must act: " + scene.signers[0].full_name).is_accessible().fits()

    first = open_screen(reverse("signing:sign", args=[number]), language="en", user=scene.signers[0])
    first.is_accessible().fits().follow("Have somebody else sign").is_accessible().go(
        reverse("signing:refuse", args=[number])
    ).is_accessible()
    first.go(reverse("signing:sign", args=[number])).tick("I have read the convention").fill(CODE, code_of(scene.signers[0])).press(
        "Sign the convention"
    ).shows("You have signed")

    second = open_screen(reverse("signing:sign", args=[number]), width=360, language="en", user=scene.signers[1], javascript=False)
    second.fits()
    second.tick("I have read the convention").fill(CODE, code_of(scene.signers[1])).press("Sign the convention").shows(
        "You have signed"
    ).fits()
    assert Convention.objects.get(pk=scene.convention.pk).state == "signed"

    visitor = open_screen(reverse("signing:checked", args=[scene.convention.check_code]), language="en")
    visitor.shows("is signed, and not in force yet").is_accessible().fits()
    signed = SealedRevision.objects.order_by("-number")[0].content()
    harmed = signed.replace(b"% Convention", b"% Conventiom", 1)
    for name, content, said in (
        ("whole", signed, "This document is whole"),
        ("changed", harmed, "at least one byte was changed"),
        ("longer", added(append_page, signed), "a page, an attachment or a content was added"),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        visitor.page.locator('input[type="file"]').set_input_files(tmp_path / f"{name}.pdf")
        visitor.press("Check the file").shows(said)
    visitor.is_accessible().fits()
