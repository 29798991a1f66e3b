"""One convention from its preparation to the check of the signed file by a visitor: every hand it passes through, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from catalogue.models import Database
from contracts.drafting.documents.delivery import make_file
from contracts.models import Convention
from contracts.pades.bounded import check
from contracts.signing.models import SealedRevision
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.contracts.drafting import a_library, an_authorised_dossier
from tests.contracts.signing import code_of, keys
from tests.contracts.test_pades_tampering import added, append_page
from tests.journeys.pages import Screen
from tests.requests_app.factories import cast

CODE = "Code of your authentication application"

PROPOSED = "Les parties publient ensemble, après six mois."


@pytest.mark.usefixtures("own_media")
def test_three_parties_agree_sign_in_order_and_a_visitor_checks(
    open_screen: Callable[..., Screen], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEYS_DIR = keys()
    monkeypatch.setitem(check.__kwdefaults__, "seconds", 120)  # the machine also runs the browsers of other tests
    people, convention = prepared(open_screen)
    negotiated(open_screen, people, convention)
    signed = signed_by_all(open_screen, people, convention)
    visitor = open_screen(reverse("signing:checked", args=[convention.check_code]), language="en")
    visitor.shows(convention.number).is_accessible()
    harmed = bytearray(signed)
    harmed[len(SealedRevision.objects.order_by("number")[0].content()) // 2] ^= 1
    for name, content, said in (
        ("whole", signed, "This document is whole"),
        ("changed", bytes(harmed), "at least one byte was changed"),
        ("longer", added(append_page, signed), "a page, an attachment or a content was added"),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        visitor.page.locator('input[type="file"]').set_input_files(tmp_path / f"{name}.pdf")
        visitor.press("Check the file").shows(said)


def prepared(open_screen: Callable[..., Screen]) -> tuple[dict[str, Any], Convention]:
    """The officer prepares the text from the dossier; three bodies are its parties."""
    people: dict[str, Any] = cast() | {"lawyer": UserFactory(roles=[Role.LEGAL_OFFICER])}
    Organisation.objects.get_or_create(is_operator=True, defaults={"name": "Opérateur"})
    Database.objects.filter(level="main").update(holder=OrganisationFactory(name="Assurance maladie"))
    with transaction.atomic():  # its columns are set past the triggers
        dossier = an_authorised_dossier(people, hosting="operator", hosting_name="l’espace", matching=False)
    a_library()
    desk = open_screen(reverse("contracts:dossier", args=[dossier.reference]), language="en", user=people["officer"])
    desk.follow("Prepare a convention").press("Go on to the parties")
    for place in range(3):
        desk.page.locator(f'[name="party-{place}-representative_name"]').fill("Anne Exemple")
    desk.press("Keep the parties, go on to the text")
    desk.page.locator('[name="term__from"]').fill("2026-09-01")
    desk.press("Write version 1").shows("The text is written")
    desk.follow("Send to the legal check").press("Send to the legal check")
    return people, Convention.objects.get()


def negotiated(open_screen: Callable[..., Screen], people: dict[str, Any], convention: Convention) -> None:
    """A counterparty proposes, the operator reads the difference and accepts, the legal officer approves."""
    legal = open_screen(convention.get_absolute_url(), language="en", user=people["lawyer"])
    legal.follow("Open the negotiation").press("Open the negotiation")
    team = open_screen(reverse("negotiating:propose", args=[convention.number, "words"]), language="en", user=people["owner"])
    team.fill("Words", PROPOSED).fill("Why this change", "Le calendrier.").press("Send the proposal").shows("Your proposal is sent")
    desk = open_screen(convention.get_absolute_url(), language="en", user=people["officer"])
    desk.follow("Answer the proposals")
    desk.tick("Article 3 – Publication")
    desk.tick("Accept: together they give a new version").press("Keep the answer").shows("Your answer is kept")
    desk.go(reverse("negotiating:differences", args=[convention.number, 1, 2])).shows("publient ensemble")
    legal.go(convention.get_absolute_url()).follow("Approve the text").shows("après six mois").press("Approve the text")
    legal.shows("The text is approved")


def signed_by_all(open_screen: Callable[..., Screen], people: dict[str, Any], convention: Convention) -> bytes:
    """The real PDF of the approved version is sealed, then signed by each in turn, with the second factor of each."""
    convention = Convention.objects.get(pk=convention.pk)
    signers = []
    for party in convention.parties.order_by("position"):
        person = UserFactory(device=True)
        RoleGrantFactory(user=person, role=Role.SIGNATORY, organisation=party.organisation)
        signers.append(person)
    assert convention.approved_version is not None and len(signers) == 3
    make_file(convention.approved_version, "pdf", by=User.objects.system(), at=timezone.now())
    desk = open_screen(reverse("signing:cockpit", args=[convention.number]), language="en", user=people["officer"])
    desk.follow("Send for signature").press("Seal and send").shows("Who must act: " + signers[0].full_name)
    for person in signers:
        page = open_screen(reverse("signing:sign", args=[convention.number]), language="en", user=person)
        page.tick("I have read the convention").fill(CODE, code_of(person)).press("Sign the convention").shows("You have signed")
    assert Convention.objects.get(pk=convention.pk).state == "signed"
    return SealedRevision.objects.order_by("-number")[0].content()
