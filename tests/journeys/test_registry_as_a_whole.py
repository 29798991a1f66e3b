"""The registry for a citizen, a journalist and a catalogue: every public page of its rooms, by keyboard, and without JavaScript."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from registry.models import Fiche
from requests_app.states import State
from tests.journeys.pages import Screen
from tests.registry.factories import a_fiche
from tests.requests_app.factories import a_dossier


@pytest.fixture
def published(db: None) -> Fiche:
    for number in range(3):
        a_fiche(title=f"Asthme de l'enfant, étude {number}", domains=["oncology" if number else "cardiology"])
    return Fiche.objects.get(dossier=a_dossier(State.RUNNING))


def pages_of(fiche: Fiche) -> list[str]:
    """The public pages of the rooms, with a fiche of which there is something to say."""
    number = fiche.number
    return [
        reverse("following:overview"),
        f"{reverse('following:ask')}?q=asthme",
        reverse("trust:history", args=[number]),
        reverse("trust:version", args=[number, fiche.version]),
        reverse("trust:ask", args=[number]),
        reverse("trust:journal"),
        reverse("trust:figures"),
        reverse("reuse:index"),
        reverse("reuse:columns"),
        reverse("reuse:api"),
        reverse("editing:begin"),
    ]


def test_every_public_page_is_accessible_and_fits(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen()
    for path in pages_of(published):
        screen.go(path).is_good_at_both_widths()


def test_a_citizen_follows_a_search_without_javascript_on_a_phone(open_screen: Callable[..., Screen], published: Fiche) -> None:
    screen = open_screen("/repertoire/?q=asthme", width=360, javascript=False)
    screen.page.get_by_role("link", name="Être averti par courriel des nouveaux projets").click()
    screen.page.locator("input[type=email]").fill("lectrice@exemple.fr")
    screen.press("M’envoyer le lien de confirmation")
    assert "q=asthme" in screen.page.url
    assert "suivez son lien" in screen.page.locator("main, body").first.inner_text()


def test_a_journalist_reaches_the_proof_and_the_files_from_a_fiche_by_keyboard(
    open_screen: Callable[..., Screen], published: Fiche
) -> None:
    screen = open_screen(published.get_absolute_url())
    links = screen.page.locator("main a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert reverse("trust:history", args=[published.number]) in links
    history = screen.page.locator(f"a[href='{reverse('trust:history', args=[published.number])}']").first
    history.focus()
    with screen.page.expect_navigation():
        history.press("Enter")
    assert published.number in screen.page.url
    proof = Client().get(reverse("trust:proof", args=[published.number, published.version]))
    assert proof.status_code == 200
    assert proof.json()
