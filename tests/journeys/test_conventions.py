"""Conventions in a real browser: from the template to the approved text, and what a party reads of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from contracts.models import Convention
from tests.accounts.factories import UserFactory
from tests.contracts.drafting import a_library, an_authorised_dossier
from tests.journeys.pages import Screen
from tests.requests_app.factories import cast


def test_an_officer_prepares_a_convention_and_a_legal_officer_approves_it(open_screen: Callable[..., Screen]) -> None:
    people: dict[str, Any] = cast() | {"lawyer": UserFactory(roles=[Role.LEGAL_OFFICER])}
    Organisation.objects.get_or_create(is_operator=True, defaults={"name": "Opérateur"})
    with transaction.atomic():  # its columns are set past the triggers
        dossier = an_authorised_dossier(people, hosting="operator", hosting_name="l’espace", matching=False)
    a_library()
    desk = open_screen(reverse("contracts:dossier", args=[dossier.reference]), language="en", user=people["officer"])
    desk.is_accessible().fits().follow("Prepare a convention").is_accessible().fits()
    desk.press("Go on to the parties").is_accessible().fits()
    for place in range(2):
        desk.page.locator(f'[name="party-{place}-representative_name"]').fill("Anne Exemple")
    desk.press("Keep the parties, go on to the text")
    desk.page.locator("main summary", has_text="which of them stand").click()
    desk.shows("stands, because").is_accessible().fits()
    desk.page.locator('[name="term__from"]').fill("2026-09-01")
    desk.press("Write version 1").shows("The text is written").is_accessible().fits()
    convention = Convention.objects.get()
    desk.page.locator('a[href$="/clauses/words/"]').click()
    desk.is_accessible().fits().fill("Text of the article", "Nothing is published before six months.")
    desk.press("Write a new version").shows("The clause is changed")
    desk.follow("Send to the legal check").is_accessible().press("Send to the legal check").shows("The text is with the legal check.")
    desk.go(reverse("contracts:work")).shows(convention.number).is_accessible().fits()

    legal = open_screen(convention.get_absolute_url(), language="en", user=people["lawyer"])
    legal.follow("Open the negotiation").press("Open the negotiation").shows("The negotiation is open")
    owner = open_screen(convention.get_absolute_url(), width=360, language="en", user=people["owner"], javascript=False)
    owner.shows("In negotiation").fits()
    owner.follow("Read version 2").shows("Nothing is published before six months.").fits()
    legal.follow("Approve the text").shows("Nothing is published before six months.").is_accessible().fits()
    legal.press("Approve the text").shows("The text is approved").is_accessible()
