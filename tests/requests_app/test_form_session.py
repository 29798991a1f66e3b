"""A session that ends in a long form: what was typed comes back after signing in, for its author only."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm

from requests_app.models import Content, Dossier
from requests_app.typed import KEPT
from tests.accounts.clients import sign_in
from tests.accounts.factories import PASSWORD, UserFactory
from tests.requests_app.factories import a_draft, cast
from tests.requests_app.filled_forms import sent_by

pytestmark = pytest.mark.django_db


def address(dossier: Dossier) -> str:
    return reverse("dossiers:section", args=[dossier.reference, "project"])


def sign_in_by_form(client: Client, email: str, to: str) -> None:
    typed = {"sign_in_view-current_step": "auth", "auth-username": email, "auth-password": PASSWORD}
    answer = client.post(f"{reverse('two_factor:login')}?next={to}", typed)
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == to


@pytest.fixture
def interrupted(client: Client) -> tuple[Client, Dossier]:
    """A section sent after the session had ended."""
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    client.cookies["django_language"] = "en"
    typed = sent_by(client.get(address(dossier)), title="An hour of work")
    client.session.flush()
    answer = client.post(address(dossier), typed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse('two_factor:login')}?next={address(dossier)}"
    return client, dossier


def test_signing_in_again_puts_the_text_back_and_one_more_click_saves_it(interrupted: tuple[Client, Dossier]) -> None:
    client, dossier = interrupted
    assert "What you typed is kept" in client.get(reverse("two_factor:login")).content.decode()
    sign_in_by_form(client, dossier.created_by.email, address(dossier))
    page = client.get(address(dossier))
    assert "when your session ended has been put back" in page.content.decode()
    assert sent_by(page)["title"] == ["An hour of work"]
    assert Content.objects.get(pk=dossier.pk).title != "An hour of work"
    assert client.post(address(dossier), sent_by(page)).status_code == 302
    assert Content.objects.get(pk=dossier.pk).title == "An hour of work"
    assert "when your session ended has been put back" not in client.get(address(dossier)).content.decode()


def test_the_text_can_be_forgotten_for_what_was_saved(interrupted: tuple[Client, Dossier]) -> None:
    client, dossier = interrupted
    sign_in_by_form(client, dossier.created_by.email, address(dossier))
    page = client.get(f"{address(dossier)}?saved")
    assert sent_by(page)["title"] == [dossier.content.title]


def test_somebody_else_of_the_team_on_the_same_computer_does_not_see_it(interrupted: tuple[Client, Dossier]) -> None:
    client, dossier = interrupted
    colleague = UserFactory()
    assign_perm("editor", colleague, dossier)
    sign_in_by_form(client, colleague.email, address(dossier))
    assert "An hour of work" not in client.get(address(dossier)).content.decode()


def test_a_change_made_meanwhile_is_shown_as_a_conflict(interrupted: tuple[Client, Dossier]) -> None:
    client, dossier = interrupted
    colleague = UserFactory()
    assign_perm("editor", colleague, dossier)
    theirs = sign_in(Client(), colleague)
    theirs.post(address(dossier), sent_by(theirs.get(address(dossier)), title="Theirs"))
    sign_in_by_form(client, dossier.created_by.email, address(dossier))
    page = client.post(address(dossier), sent_by(client.get(address(dossier))))
    assert page.status_code == 409
    assert Content.objects.get(pk=dossier.pk).title == "Theirs"


@pytest.mark.parametrize("mark", ["", "forged"])
def test_nothing_is_kept_of_a_page_that_is_not_ours(client: Client, mark: str) -> None:
    dossier = a_draft()
    client.post(address(dossier), {"title": "x" * 1000, "author": mark})
    assert KEPT not in client.session


def test_a_mark_of_one_dossier_keeps_nothing_for_another(client: Client) -> None:
    people = cast()
    dossier, other = a_draft(people), a_draft(people)
    sign_in(client, people["owner"])
    typed = sent_by(client.get(address(dossier)))
    client.session.flush()
    client.post(address(other), typed)
    assert KEPT not in client.session


@pytest.mark.parametrize("made_up", ["dossiers:section", "dossiers:questions", "talk:thread"])
def test_a_session_holds_no_text_of_an_address_that_was_made_up(client: Client, made_up: str) -> None:
    people = cast()
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    typed = sent_by(client.get(address(dossier)))
    client.session.flush()
    for number in range(3):
        assert client.post(reverse(made_up, args=[dossier.reference, f"made-up-{number}"]), typed).status_code == 302
    assert KEPT not in client.session


def test_a_page_opened_before_signing_in_again_in_another_tab_changes_nothing_but_loses_nothing() -> None:
    people = cast()
    dossier = a_draft(people)
    browser = sign_in(Client(enforce_csrf_checks=True), people["owner"])
    typed = sent_by(browser.get(address(dossier)), title="An hour of work")
    answer = browser.post(address(dossier), typed | {"csrfmiddlewaretoken": ["x" * 64]})
    assert answer.headers["Location"] == address(dossier)
    assert Content.objects.get(pk=dossier.pk).title != "An hour of work"
    page = browser.get(address(dossier))
    assert sent_by(page)["title"] == ["An hour of work"]
    assert browser.post(address(dossier), sent_by(page)).status_code == 302
    assert Content.objects.get(pk=dossier.pk).title == "An hour of work"


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_forged_form_is_refused(signed_in: bool) -> None:
    people = cast()
    dossier = a_draft(people)
    browser = Client(enforce_csrf_checks=True)
    if signed_in:
        sign_in(browser, people["owner"])
    answer = browser.post(address(dossier), {"title": "Forged", "revision": "0"})
    assert answer.status_code == (403 if signed_in else 302)
    assert Content.objects.get(pk=dossier.pk).title != "Forged"
    assert KEPT not in browser.session
