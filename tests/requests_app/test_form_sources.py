"""The data asked for: databases, their components and years."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalogue.models import CategoryMapping, Database
from requests_app.models import Content, Dossier, DossierSource
from tests.accounts.clients import sign_in
from tests.requests_app.factories import a_draft, cast, term
from tests.requests_app.filled_forms import repeated_ids, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: Client) -> Dossier:
    people = cast()
    sign_in(client, people["owner"])
    client.cookies["django_language"] = "en"
    return a_draft(people, filled=False)


def address(dossier: Dossier, name: str = "section") -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference, "sources"])


def send(client: Client, dossier: Dossier, **typed: Any) -> HttpResponse:
    return client.post(address(dossier), sent_by(client.get(address(dossier)), **typed))


def main() -> Database:
    return Database.objects.get(level="main")


def asked(dossier: Dossier) -> list[DossierSource]:
    return Content.objects.get(pk=dossier.pk).sources_used()


def test_the_button_alone_adds_no_database_says_so_and_keeps_the_rest(client: Client, draft: Dossier) -> None:
    answer = send(client, draft, add="1", other_sources="A cohort")
    assert answer.status_code == 200
    assert "Choose the database to add." in answer.content.decode()
    assert not asked(draft)
    assert Content.objects.get(pk=draft.pk).other_sources == "A cohort"


def test_a_database_is_added_then_its_components_and_years_are_chosen(client: Client, draft: Dossier) -> None:
    answer = send(client, draft, add_source=main().slug, add="1", other_sources="A cohort")
    assert answer.headers["Location"] == f"{address(draft)}#sources"
    page = client.get(address(draft))
    assert not repeated_ids(page)
    component = main().components.order_by("position", "pk").first()
    assert component is not None
    prefix = f"source-{main().slug}"
    typed = {
        f"{prefix}-components": [component.pk],
        f"{prefix}-year_from": "2015",
        f"{prefix}-year_to": "2023",
        f"{prefix}-justification": "Why",
    }
    client.post(address(draft), sent_by(page, **typed))
    (source,) = asked(draft)
    assert (list(source.components.all()), source.year_from, source.year_to, source.justification) == ([component], 2015, 2023, "Why")
    assert Content.objects.get(pk=draft.pk).other_sources == "A cohort"


def test_a_database_is_taken_out(client: Client, draft: Dossier) -> None:
    send(client, draft, add_source=main().slug, add="1")
    send(client, draft, **{f"source-{main().slug}-remove": "on"})
    assert asked(draft) == []


def test_years_in_the_wrong_order_are_refused_and_keep_the_former_ones(client: Client, draft: Dossier) -> None:
    send(client, draft, add_source=main().slug, add="1")
    prefix = f"source-{main().slug}"
    send(client, draft, **{f"{prefix}-year_from": "2015", f"{prefix}-year_to": "2020"})
    page = send(client, draft, **{f"{prefix}-year_from": "2022", f"{prefix}-year_to": "2019", f"{prefix}-justification": "Kept"})
    assert page.status_code == 200
    assert "The last year comes before the first." in page.content.decode()
    assert sent_by(page)[f"{prefix}-year_from"] == ["2022"]
    (source,) = asked(draft)
    assert (source.year_from, source.year_to, source.justification) == (2015, 2020, "Kept")


def test_a_component_of_another_database_is_refused(client: Client, draft: Dossier) -> None:
    send(client, draft, add_source=main().slug, add="1")
    foreign = Database.objects.exclude(pk=main().pk).first()
    assert foreign is not None
    other = foreign.components.create(code="x", name_fr="X")
    page = send(client, draft, **{f"source-{main().slug}-components": [other.pk]})
    assert page.status_code == 200
    assert not asked(draft)[0].components.exists()


def test_autosave_adds_no_database_before_it_is_confirmed(client: Client, draft: Dossier) -> None:
    typed = sent_by(client.get(address(draft)), add_source=main().slug)
    assert client.post(address(draft, "autosave"), typed).status_code == 200
    assert asked(draft) == []


def test_the_categories_that_databases_bring_are_shown(client: Client, draft: Dossier) -> None:
    database = Database.objects.exclude(level="main").first()
    assert database is not None
    category = term("data_category")
    CategoryMapping.objects.get_or_create(database=database, category=category)
    send(client, draft, add_source=database.slug, add="1")
    assert category in client.get(address(draft)).context["form"].brought


def test_matching_is_answered_with_its_kind(client: Client, draft: Dossier) -> None:
    kind = term("matching_kind")
    send(client, draft, matching="yes", matching_kind=kind.pk)
    content = Content.objects.get(pk=draft.pk)
    assert (content.matching, content.matching_kind) == (True, kind)
    assert "matching" not in {one.anchor for one in client.get(address(draft)).context["missing"]}


def test_more_databases_cost_no_more_queries(client: Client, draft: Dossier, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    content = draft.content
    first, *others = Database.objects.order_by("pk")[:8]
    DossierSource.objects.create(content=content, database=first)
    client.get(address(draft))
    with django_assert_max_num_queries(30) as few:
        client.get(address(draft))
    for database in others:
        DossierSource.objects.create(content=content, database=database)
    with django_assert_max_num_queries(len(few)):
        client.get(address(draft))
