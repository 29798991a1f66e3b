"""The library of clauses in a browser: written, mended where a fact is mistyped, approved by another, and read on a telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.clauses.checklists import items_for
from contracts.models import ClauseVersion
from tests.contracts.library import a_lawyer, a_template
from tests.journeys.pages import Screen


@pytest.mark.django_db(transaction=True)
def test_a_clause_is_written_mended_approved_and_read_on_a_telephone(open_screen: Callable[..., Screen]) -> None:
    author, other = a_lawyer(), a_lawyer()
    template = a_template(by=author, covers=tuple(item.code for item in items_for("space")))
    screen = open_screen("/travail/conventions/clauses/", language="en", user=author).is_accessible()
    screen.follow("New clause").fill("Code", "duree").press("Begin the draft")
    screen.fill("Title, in French", "Durée").fill("Text, in French", "Le dossier [[dossier.referance]] dure douze mois.")
    screen.press("Save the draft").is_accessible()
    assert "Did you mean “[[dossier.reference]]”?" in screen.page.content()
    screen.fill("Text, in French", "Le dossier [[dossier.reference]] dure douze mois.").press("Save the draft").is_accessible()
    screen.follow("Ask for approval").press("Ask for approval")
    reader = open_screen("/travail/conventions/clauses/duree/v1/", language="en", user=other, width=360).is_accessible().fits()
    reader.follow("Approve").is_accessible().press("Approve")
    assert ClauseVersion.objects.get(clause__code="duree").is_approved
    for address in ("", "apercu/", "rediger/"):
        desk = open_screen(f"{template.get_absolute_url()}{address}", width=360, user=author)
        desk.is_accessible().fits()
    for address in ("clauses/", "clauses/duree/", "clauses/duree/v1/apercu/", "modeles/", "modeles/modele/"):
        desk.go(f"/travail/conventions/{address}").fits()
    desk.is_accessible()
