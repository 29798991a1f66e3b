"""The pages of the library: who comes in, how a clause is written and approved on screen, what is said of a mistake, trying out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from contracts.clauses.checklists import items_for
from contracts.models import ClauseVersion, TemplateVersion
from contracts.slots import DOSSIER_FACTS, DossierFacts
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.contracts.library import a_clause, a_lawyer, a_template, approved
from tests.requests_app.factories import a_dossier
from ui.registries import SITEMAP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]
CLAUSES, TEMPLATES = "/travail/conventions/clauses/", "/travail/conventions/modeles/"
FORM = {
    "title_fr": "Objet",
    "body_fr": "Le dossier [[dossier.reference]].",
    "title_en": "Purpose",
    "body_en": "Dossier.",
    "negotiable": "free",
}
FORM |= {"joint": "all", "note": "Reworded."}


def test_only_those_who_work_with_it_find_the_library(client: Client) -> None:
    assert client.get(CLAUSES).status_code == 302
    version = approved(a_clause())
    for person, code in (
        (UserFactory(), 404),
        (UserFactory(roles=[Role.FEE_MANAGER]), 404),
        (UserFactory(officer=True), 200),
        (UserFactory(auditor=True), 200),
        (a_lawyer(), 200),
    ):
        sign_in(client, person)
        for address in (CLAUSES, TEMPLATES, version.get_absolute_url(), version.clause.get_absolute_url()):
            assert client.get(address).status_code == code, (person, address)
    sign_in(client, UserFactory(officer=True))
    assert client.get(f"{CLAUSES}nouvelle/").status_code == 403
    assert client.post(f"{version.get_absolute_url()}retirer/", {"because": "x"}).status_code == 403
    assert client.get(f"{version.get_absolute_url()}rediger/").status_code == 403
    assert {"library:index", "library:templates"} <= {entry.url_name for entry in SITEMAP}


def test_a_clause_is_written_read_over_and_approved_on_screen(client: Client) -> None:
    author, other = a_lawyer(), a_lawyer()
    sign_in(client, author)
    begun = client.post(f"{CLAUSES}nouvelle/", {"code": "objet"})
    assert begun.url == f"{CLAUSES}objet/v1/rediger/"
    row = {"parameter_0": "months", "kind_0": "integer", "default_0": "6", "maximum_0": "12", "label_fr_0": "mois"}
    row |= {"fact_0": "term.months", "test_0": "gt", "value_0": "3"}
    said = FORM | row | {"body_fr": "Le dossier [[dossier.reference]] dure [[parameter.months]] mois."}
    assert client.post(begun.url, said).status_code == 302
    version = ClauseVersion.objects.get()
    assert version.text.parameters[0].maximum == "12" and version.text.condition
    page = client.get(version.get_absolute_url()).content.decode()
    assert "duration of the convention, in months is more than 3" in page
    assert client.post(f"{version.get_absolute_url()}relecture/").status_code == 302
    assert client.get(f"{version.get_absolute_url()}approuver/").status_code == 403
    sign_in(client, other)
    assert client.post(f"{version.get_absolute_url()}approuver/").status_code == 302
    assert ClauseVersion.objects.get().is_approved
    sign_in(client, author)
    again = client.post(f"{CLAUSES}objet/nouvelle-version/")
    longer = said | {"body_fr": "Le dossier [[dossier.reference]] dure toujours [[parameter.months]] mois."}
    assert client.post(again.url, longer).status_code == 302
    page = client.get(f"{CLAUSES}objet/v2/").content.decode()
    assert "<ins>" in page and "toujours" in page and "What changes since version 1" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"body_fr": "Le [[dossier.titel]]."}, "Did you mean “[[dossier.title]]”?"),
        ({"body_en": "Open [[ bracket"}, "names no fact that is registered"),
        ({"title_fr": ""}, "required"),
        ({"negotiable": "parameters"}, "it has none"),
        ({"fact_0": "quote.is_due", "test_0": "gt", "value_0": "3"}, "Choose a test that fits"),
        ({"fact_0": "term.from", "test_0": "gt", "value_0": "tomorrow"}, "cannot have this value"),
        ({"parameter_0": "months", "kind_0": "integer", "default_0": "6"}, "stands nowhere in the text"),
    ],
)
def test_a_mistake_is_said_in_its_place_and_nothing_is_saved(client: Client, wrong: dict[str, str], sentence: str) -> None:
    version = a_clause(by=(author := a_lawyer()))
    sign_in(client, author)
    answer = client.post(f"{version.get_absolute_url()}rediger/", FORM | wrong)
    assert answer.status_code == 422 and sentence in answer.content.decode().replace("&quot;", '"').replace("&#x27;", "'")
    assert ClauseVersion.objects.get().content == version.content


def test_words_of_a_clause_are_words_on_every_page(client: Client) -> None:
    version = a_clause(by=(author := a_lawyer()))
    sign_in(client, author)
    bad = "</p><script>alert(1)</script> {{ 7*7 }} {% now 'Y' %}"
    assert client.post(f"{version.get_absolute_url()}rediger/", FORM | {"body_fr": bad, "title_fr": bad}).status_code == 302
    for address in ("", "rediger/", "apercu/"):
        page = client.get(f"{version.get_absolute_url()}{address}").content.decode()
        assert "<script>alert" not in page and "{{ 7*7 }}" in page


def test_a_template_is_arranged_and_tried_out_on_a_dossier_that_one_may_see(client: Client) -> None:
    by = a_lawyer()
    version = a_template(("un_1", "deux"), by=by, covers=tuple(item.code for item in items_for("space")))
    approved(a_clause("trois"))
    sign_in(client, by)
    assert client.post(f"{version.get_absolute_url()}clauses/", {"add": "trois", "act": ""}).status_code == 302
    assert client.post(f"{version.get_absolute_url()}clauses/", {"act": "up:trois"}).status_code == 302
    assert [one.code for one in TemplateVersion.objects.get().text.entries] == ["un_1", "trois", "deux"]
    assert client.post(f"{version.get_absolute_url()}clauses/", {"act": "add:nothing"}).status_code == 422
    page = client.get(version.get_absolute_url()).content.decode()
    assert "What the law wants to be said" in page and "missing:" not in page
    said = {"title_fr": "Modèle", "since": (timezone.localdate() + timedelta(days=1)).isoformat(), "annexes": ["A1"], "note": "x"}
    assert client.post(f"{version.get_absolute_url()}rediger/", said).status_code == 302
    assert TemplateVersion.objects.get().text.annexes == ("A1",)
    assert "[reference of the dossier]" in client.get(f"{version.get_absolute_url()}apercu/").content.decode()
    dossier = a_dossier()
    hidden = client.get(f"{version.get_absolute_url()}apercu/", {"dossier": dossier.reference}).content.decode()
    assert "No dossier that you may see" in hidden


def test_a_template_says_what_a_dossier_tells(client: Client) -> None:
    from contracts.library.trying import tried_template

    DOSSIER_FACTS.add(DossierFacts("trial", 999, lambda dossier, _language: {"dossier.reference": dossier.reference}))
    try:
        version, dossier = a_template(), a_dossier()
        [one] = tried_template(version, dossier, "fr")
    finally:
        DOSSIER_FACTS.remove("trial")
    assert one.article.blocks[0].items == (f"Le dossier {dossier.reference}.",)


def test_the_lists_ask_the_database_as_often_however_long_they_are(
    client: Client, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    sign_in(client, a_lawyer())
    approved(a_clause("un_1"))
    with django_assert_max_num_queries(40) as first:
        client.get(CLAUSES)
    for code in ("deux", "trois"):
        approved(a_clause(code))
        a_clause(code)
    with django_assert_num_queries(len(first.captured_queries)):
        client.get(CLAUSES)
