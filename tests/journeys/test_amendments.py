"""An applicant amends an authorised project in the browser, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.amendments.models import Amendment
from requests_app.models import Dossier
from tests.journeys.pages import Screen
from tests.requests_app.amended import an_authorised, registered, reread

pytestmark = pytest.mark.django_db(transaction=True)


def fine(screen: Screen) -> Screen:
    """The page is accessible and fits its screen."""
    screen.is_accessible()
    screen.fits()
    return screen


def test_a_change_goes_from_the_dossier_through_its_questions_to_the_register_and_is_contested(
    open_screen: Callable[..., Screen],
) -> None:
    dossier, people = an_authorised()
    registered(dossier, people, timezone.now() - timedelta(days=30))
    tab = reverse("amendments:index", args=[dossier.reference])

    owner = fine(open_screen(tab, width=360, language="en", user=people["owner"]))
    fine(owner.follow("Amend or renew the project")).tick("Modification")
    fine(owner.press("Begin the draft"))
    draft = Dossier.objects.get(amends=dossier)
    content = draft.content
    content.milestones = "Inclusion jusqu'en 2027, puis deux années d'analyse et une publication finale en accès libre."
    content.recipients = "L'unité d'épidémiologie et un laboratoire universitaire partenaire."
    content.save()
    fine(owner.go(reverse("amendments:changes", args=[draft.reference])))
    fine(owner.follow("Qualify the change"))
    fine(owner.press("Qualify the change"))  # refused: nothing is answered yet, and the page says what is missing
    for question in ("recipients", "information"):
        owner.page.locator(f"input[name={question}][value=no]").check(force=True)
    owner.page.locator("textarea[name=summary]").fill("Un étudiant rejoint l'équipe.")
    owner.page.locator("textarea[name=recipients_why]").fill("Même équipe, même catégorie.")
    fine(owner.press("Qualify the change"))
    fine(owner.follow("Have the amendment signed"))
    fine(owner.press("Ask for the signature"))
    signing = fine(open_screen(reverse("dossiers:file", args=[draft.reference]), width=360, language="en", user=people["signatory"]))
    fine(signing.press("Sign and register the amendment"))
    assert reread(dossier).content.recipients.endswith("partenaire.")

    today = fine(open_screen(reverse("amendments:authorised", args=[dossier.reference]), width=360, language="en", user=people["officer"]))
    today.page.get_by_text("What it said before").first.click()
    fine(today)
    amendment = Amendment.objects.get(number=2)
    officer = fine(open_screen(amendment.get_absolute_url(), language="en", user=people["officer"]))
    fine(officer.follow("Contest: this change is substantial")).fill("Why is this change substantial?", "Un partenaire nouveau.")
    fine(officer.press("Set aside and ask for an authorisation"))
    assert "partenaire" not in reread(dossier).content.recipients
