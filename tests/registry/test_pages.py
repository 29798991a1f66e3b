"""The public pages as a visitor without account meets them, and the ways that lead there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Database
from registry.models import Fiche
from registry.publication import give_real_number
from requests_app.models import Dossier
from requests_app.services import publish_results
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.registry.factories import a_fiche
from tests.requests_app.factories import a_dossier, cast, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "fr"})


def html(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_the_list_finds_a_project_by_a_word_without_its_accents(visitor: Client) -> None:
    fiche = Fiche.objects.get(dossier=a_dossier(State.AUTHORISED))
    page = html(visitor, "/repertoire/?q=epilepsie")
    assert fiche.get_absolute_url() in page
    assert "<mark>" in page


def test_the_number_of_queries_does_not_grow_with_the_rows(visitor: Client) -> None:
    counts = []
    for _ in range(2):
        for _fiche in range(6):
            a_fiche(title="Asthme", domains=["oncology"], databases=["base-principale"])
        html(visitor, "/repertoire/")  # the index of this version is built here, once
        for address in ("/repertoire/", "/repertoire/?q=asthme&domain=oncology"):
            with CaptureQueriesContext(connection) as caught:
                html(visitor, address)
            counts.append(len(caught))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


@pytest.mark.parametrize(
    "query", ["page=abc", "page=-1", "q=%00", "domain=x", "q=%22", "sort=%27", "status=%FF", "domain=a&domain=b", "q=" + "a" * 9000]
)
def test_a_bad_parameter_is_never_an_error(visitor: Client, query: str) -> None:
    a_fiche()
    html(visitor, f"/repertoire/?{query}")


def test_an_unknown_value_in_the_address_is_told(visitor: Client) -> None:
    a_fiche()
    assert "licorne" in html(visitor, "/repertoire/?domain=licorne")


def test_a_title_that_holds_a_script_runs_nowhere(visitor: Client) -> None:
    fiche = a_fiche(title="<script>alert(1)</script> asthme")
    assert "<script>alert" not in html(visitor, "/repertoire/?q=asthme")
    assert "<script>alert" not in html(visitor, "/repertoire/")
    assert fiche.get_absolute_url() in html(visitor, "/repertoire/?q=asthme")


def test_an_empty_search_says_why_and_what_to_do(visitor: Client) -> None:
    assert "/repertoire/" in html(visitor, "/repertoire/")
    a_fiche(domains=["oncology"], title="Asthme")
    a_fiche(domains=["cardiology"])
    assert 'href="/repertoire/"' in html(visitor, "/repertoire/?q=licorne")
    assert "?q=asthme" in html(visitor, "/repertoire/?q=asthme&domain=cardiology")


def test_a_fiche_answers_who_why_what_how_long_and_under_what(visitor: Client) -> None:
    dossier = a_dossier(State.RUNNING)
    page = html(visitor, Fiche.objects.get(dossier=dossier).get_absolute_url())
    for words in (dossier.content.controller.name, "Mieux soigner", "Adultes suivis", "DR-2026-001", "dpo@exemple.fr", "épilepsie"):
        assert words in page, words
    assert "/catalogue/base-principale/" in page


def test_a_fiche_at_its_end_shows_its_results(visitor: Client) -> None:
    people = cast()
    dossier = a_dossier(State.ENDED, people)
    publish_results(
        dossier,
        by=people["owner"],
        at=timezone.now(),
        results="Un tiers d'hospitalisations en moins.",
        publications=[{"title": "Article", "url": "https://exemple.fr/a"}],
    )
    page = html(visitor, Fiche.objects.get(dossier=dossier).get_absolute_url())
    assert "Un tiers d&#x27;hospitalisations en moins." in page
    assert 'href="https://exemple.fr/a"' in page


def test_overdue_results_and_an_undeclared_end_are_told(visitor: Client) -> None:
    dossier = a_dossier(State.ENDED)
    fiche = Fiche.objects.get(dossier=dossier)
    yesterday = timezone.localdate() - timedelta(days=1)
    Fiche.objects.filter(pk=fiche.pk).update(results_due_on=yesterday, ends_on=yesterday, ended_on=None)
    response = visitor.get(fiche.get_absolute_url())
    assert response.context["page"].results_are_overdue
    assert response.context["page"].end_is_undeclared


def test_what_was_generated_for_a_demonstration_is_marked_where_it_stands(visitor: Client) -> None:
    people = cast()
    dossier = a_dossier(State.WITH_CNIL, people)
    Dossier.objects.filter(pk=dossier.pk).update(is_demonstration=True, generated_data=["controller", "authorised_on"])
    make(dossier, "authorise", people, timezone.now())
    page = visitor.get(Fiche.objects.get(dossier=dossier).get_absolute_url())
    marked = {fact.code for chapter in page.context["page"].chapters for fact in chapter.facts if fact.generated}
    assert marked == {"controller", "authorised_on"}
    assert page.content.decode().count('class="generated"') == 3  # and once on the life line


def test_the_real_number_and_any_letter_case_lead_to_the_one_address(visitor: Client) -> None:
    dossier = a_dossier(State.AUTHORISED)
    give_real_number(dossier, "T91858520191002", at=timezone.now())
    address = Fiche.objects.get(dossier=dossier).get_absolute_url()
    for number in ("T91858520191002", "t91858520191002", address.split("/")[2].lower()):
        assert visitor.get(f"/repertoire/{number}/").headers["location"] == address
    html(visitor, address)


@pytest.mark.parametrize("number", ["F20990101000000", "nonsense", "%00", "F2026", "DEMO-F20990101000000", "<script>", "F" + "1" * 500])
def test_an_unknown_number_is_a_helpful_404(visitor: Client, number: str) -> None:
    page = html(visitor, f"/repertoire/{number}/", 404)
    assert 'name="q"' in page
    assert "F20210615171712" in page


def test_a_database_shows_the_projects_that_use_it(visitor: Client) -> None:
    database = Database.objects.get(slug="base-principale")
    fiches = [a_fiche(title=f"Projet {number}", databases=["base-principale"]) for number in range(7)]
    page = html(visitor, database.get_absolute_url())
    assert sum(fiche.get_absolute_url() in page for fiche in fiches) == 5
    assert "/repertoire/?database=base-principale" in page
    assert visitor.get("/repertoire/?database=base-principale").context["results"].total == 7
    other = Database.objects.active().exclude(pk=database.pk)[0]
    assert "Projet 6" not in html(visitor, other.get_absolute_url())


def test_the_home_page_leads_here_once_something_is_published(visitor: Client) -> None:
    assert 'href="/repertoire/"' in html(visitor, "/")
    assert not [figure for figure in visitor.get("/").context["figures"] if figure.url == "/repertoire/"]
    a_fiche()
    assert [figure.value for figure in visitor.get("/").context["figures"] if figure.url == "/repertoire/"] == [1]
    assert 'href="/repertoire/"' in html(visitor, "/plan-du-site/")


def test_from_the_dossier_to_its_fiche_for_those_who_may_read_the_dossier(visitor: Client) -> None:
    people = cast()
    published, filed = a_dossier(State.AUTHORISED, people), a_dossier(State.SUBMITTED, people)
    owner = sign_in(Client(), people["owner"])
    assert (
        owner.get(f"/dossiers/{published.reference}/repertoire/").headers["location"]
        == Fiche.objects.get(dossier=published).get_absolute_url()
    )
    assert owner.get(f"/dossiers/{filed.reference}/repertoire/").status_code == 404
    assert visitor.get(f"/dossiers/{published.reference}/repertoire/").status_code == 404


def test_only_reading_is_answered(visitor: Client) -> None:
    assert visitor.post("/repertoire/").status_code == 405
    assert visitor.post(a_fiche().get_absolute_url()).status_code == 405


def test_the_fiche_is_readable_in_english() -> None:
    fiche: Any = Fiche.objects.get(dossier=a_dossier(State.RUNNING))
    page = html(Client(headers={"accept-language": "en"}), fiche.get_absolute_url())
    assert "Which data?" in page
    assert fiche.said["purpose"]["en"].replace("'", "&#x27;") in page


def test_a_day_without_opinion_or_results_breaks_nothing(visitor: Client) -> None:
    people = cast()
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004", ends_on=date(2026, 2, 1))
    make(dossier, "verify_commitment", people, timezone.now())
    html(visitor, Fiche.objects.get(dossier=dossier).get_absolute_url())
