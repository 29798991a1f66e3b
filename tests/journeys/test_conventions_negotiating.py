"""A negotiation in a real browser: a party proposes and sends a file back, the operator reads the difference and answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.urls import reverse

from contracts.negotiating.models import Proposal
from contracts.negotiating.states import Status
from tests.contracts.negotiated import a_negotiation, returned, those_who_negotiate
from tests.journeys.pages import Screen


def test_a_party_proposes_and_the_operator_answers(open_screen: Callable[..., Screen], own_media: None, tmp_path: Path) -> None:
    people: dict[str, Any] = those_who_negotiate()
    convention = a_negotiation(people)
    here = reverse("negotiating:overview", args=[convention.number])
    file = tmp_path / "convention.docx"
    file.write_bytes(returned(convention, ("ne quittent pas", "quittent"), ("rendus publics", "publiés")).read())

    agent = open_screen(here, language="en", user=people["agent"])
    agent.is_accessible().fits().go(reverse("negotiating:propose", args=[convention.number, "purpose"])).is_accessible().fits()
    agent.fill("Words", "La convention organise l'accès aux données.").fill("Why this change", "Plus juste.")
    agent.press("Send the proposal").shows("Your proposal is sent").is_accessible().fits()
    agent.go(here).follow("Import a changed file").is_accessible().fits()
    agent.page.get_by_label("File").set_input_files(file)
    agent.press("Read the file").shows("Locked clauses changed: 1").is_accessible().fits()
    agent.press("Make these proposals").shows("2 proposals are made of this file.").is_accessible()

    desk = open_screen(convention.get_absolute_url(), language="en", user=people["officer"])
    desk.shows("3 proposals await your answer.").follow("Answer the proposals").is_accessible().fits()
    for title in ("Article 1 – Objet", "Article 4 – Résultats"):
        desk.tick(title)
    desk.tick("Accept: together they give a new version").press("Keep the answer").shows("Your answer is kept")
    desk.follow("Compare two versions").shows("2 clauses of 4 change.").is_accessible().fits()
    desk.go(reverse("negotiating:settle", args=[convention.number])).tick("Article 3 – Sécurité").tick("Reject, for the reason below")
    desk.press("Keep the answer").shows("Say why this is rejected.").is_accessible()
    desk.page.locator('[name="because"]').fill("Clause verrouillée.")
    desk.press("Keep the answer").shows("No proposal awaits an answer.")
    desk.go(reverse("negotiating:statistics")).is_accessible().fits()
    assert set(Proposal.objects.values_list("article_code", "status")) == {
        ("purpose", Status.ACCEPTED),
        ("results", Status.ACCEPTED),
        ("security", Status.REJECTED),
    }

    phone = open_screen(here, width=360, user=people["owner"], javascript=False)
    phone.fits().go(reverse("negotiating:clause", args=[convention.number, "security"])).fits()
    phone.go(reverse("negotiating:comment", args=[convention.number, "security"])).fits()
    phone.go(reverse("negotiating:add", args=[convention.number])).fits()
    phone.go(reverse("negotiating:differences", args=[convention.number, 1, 2])).fits()
