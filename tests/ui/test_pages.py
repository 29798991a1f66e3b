"""The pages that belong to no procedure, as the server sends them."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGES = ["/", "/plan-du-site/", "/accessibilite/"]


@pytest.fixture
def trial(settings) -> Client:
    settings.ROOT_URLCONF = "tests.ui.site"
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_asks_the_database_nothing_for_its_frame(client: Client, page: str, monkeypatch, django_assert_num_queries) -> None:
    from ui.registries import FIGURES

    monkeypatch.setattr(FIGURES, "_entries", {})
    with django_assert_num_queries(0):
        assert client.get(page).status_code == 200


def test_the_page_says_its_language_and_offers_the_other(client: Client) -> None:
    french = client.get("/", headers={"accept-language": "fr"}).content.decode()
    english = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="fr"' in french
    assert 'value="en" lang="en">English' in french
    assert '<html lang="en"' in english
    assert 'value="fr" lang="fr">Français' in english


def test_the_choice_of_language_comes_back_to_the_same_address_and_lasts(client: Client) -> None:
    answer = client.post("/langue/", {"language": "en", "next": "/plan-du-site/?a=1"})
    assert answer["Location"] == "/plan-du-site/?a=1"
    assert '<html lang="en"' in client.get("/", headers={"accept-language": "fr"}).content.decode()


ELSEWHERE = (
    *("https://evil.example/", "//evil.example/", "/\\\\evil.example", "javascript:alert(1)"),
    *("http:///evil.example", "https:evil.example", ""),
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_choice_of_language_sends_nobody_to_another_site(client: Client, address: str) -> None:
    answer = client.post("/langue/", {"language": "en", "next": address}, headers={"referer": "https://evil.example/langue"})
    assert answer["Location"] == "/"


def test_without_the_token_of_a_form_one_can_choose_a_language_and_nothing_else() -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post("/langue/", {"language": "en", "next": "/"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 302 and set(answer.cookies) == {"django_language"}
    assert stranger.get("/langue/?next=/plan-du-site/&language=fr").status_code == 405


def test_every_script_carries_the_nonce_of_the_policy(client: Client) -> None:
    answer = client.get("/")
    nonce = re.search(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
    scripts = re.findall(r"<script[^>]*>", answer.content.decode())
    assert nonce is not None
    assert len(scripts) >= 3
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)


@pytest.mark.parametrize("page", [*PAGES, "/nowhere/"])
def test_no_page_has_inline_script_or_style(client: Client, page: str) -> None:
    html = client.get(page).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", html)


@pytest.mark.parametrize("page", [*PAGES, "/nowhere/"])
def test_demonstration_data_are_announced_on_every_page(client: Client, settings, page: str) -> None:
    settings.DEMO_DATA = True
    assert "demo-banner" in client.get(page).content.decode()
    settings.DEMO_DATA = False
    assert "demo-banner" not in client.get(page).content.decode()


def test_the_operator_may_change_its_name(client: Client, settings) -> None:
    settings.OPERATOR_NAME = "Another Public Body"
    assert "Another Public Body" in client.get("/").content.decode()


def test_search_engines_stay_out_of_a_demonstration_and_of_personal_pages(client: Client, settings) -> None:
    settings.DEMO_DATA = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    settings.DEMO_DATA = False
    open_to = client.get("/robots.txt").content.decode()
    assert "Disallow: /dossiers/" in open_to
    assert "Disallow: /\n" not in open_to


@pytest.mark.parametrize(("page", "status"), [("/nowhere/", 404), ("/forbidden/", 403), ("/breaks/", 500)])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_error_page_is_a_page_of_the_site(trial: Client, page: str, status: int, language: str) -> None:
    answer = trial.get(page, headers={"accept-language": language})
    html = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}"' in html
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


def test_the_page_of_a_fault_needs_no_database(trial: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert trial.get("/breaks/").status_code == 500


def test_a_request_that_cannot_be_understood_gets_a_page(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["guichet.example"]
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()


def test_a_form_without_its_token_gets_a_page_that_explains() -> None:
    answer = Client(enforce_csrf_checks=True).post("/compte/connexion/", {}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
