"""Readers' questions find the right project among the first three: sixty questions over the projects of the demonstration."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from catalogue.models import Database, Term
from config.demo.dossiers import FILE
from registry.finding.synonyms import groups, others_of, root, split
from registry.finding.vocabulary import keep_words
from registry.models import Fiche
from registry.public_core import columns_of
from registry.search import Query, search
from tests.registry.factories import DAY, a_fiche

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text())["question"]
AMONG, SUCCESS = 3, 0.95

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[int, str]]:
    """Every project of the demonstration as a fiche, whether or not it has come that far; undone at the end: place → id."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            labels = {
                (term.vocabulary, term.code): {"code": term.code, "fr": term.label_fr, "en": term.label_en} for term in Term.objects.all()
            }
            databases = {
                one.slug: {"slug": one.slug, "acronym": one.acronym, "fr": one.name_fr, "en": one.name_en} for one in Database.objects.all()
            }
            ids = {}
            for project in json.loads(FILE.read_text())["dossiers"]:
                columns = columns_of(said_of(project, labels, databases))
                ids[a_fiche(origin="import", **(columns | {"authorised_on": DAY})).pos] = project["id"]
            keep_words()
            yield ids
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def said_of(project: dict[str, Any], labels: dict[tuple[str, str], Any], databases: dict[str, Any]) -> dict[str, Any]:
    """What the fiche of a project says of what it is about."""
    texts = {name: project[f"{name}_fr"] or "" for name in ("public_interest", "expected_benefits", "population", "other_sources")}
    return texts | {
        "title": project["title_fr"] or project["acronym"],
        "acronym": project["acronym"] or "",
        "lay_summary": project["summary_fr"],
        "controller": {"name": project["organisations"][0]["name"], "city": ""},
        "objectives": [labels["objective", code] for code in project["objectives"]],
        "domains": [labels["domain", code] for code in project["domains"]],
        "data_categories": [labels["data_category", code] for code in project["data_categories"]],
        "sources": [databases[source["database"]] for source in project["sources"]],
        "results": project["results_fr"] or "",
        "generated": [],
    }


def first_found(asked: str, ids: dict[int, str]) -> list[str]:
    return [ids[row.fiche.pos] for row in search(Query(asked), on=DAY).rows[:AMONG]]


def test_nineteen_questions_of_twenty_find_their_project_among_the_first_three(published: dict[int, str]) -> None:
    assert len(QUESTIONS) == 60
    assert {name for question in QUESTIONS for name in question["projects"]} <= set(published.values())
    missed = {one["asked"]: found for one in QUESTIONS if not set(found := first_found(one["asked"], published)) & set(one["projects"])}
    assert 1 - len(missed) / len(QUESTIONS) >= SUCCESS, missed


def test_a_withdrawn_project_is_found_by_no_question(published: dict[int, str]) -> None:
    hydro = next(place for place, name in published.items() if name == "hydro")
    with transaction.atomic():
        fiche = Fiche.objects.get(pos=hydro)
        fiche.live = False
        fiche.save(update_fields=["live"])
        from registry.publication import next_version

        next_version()
        assert "hydro" not in first_found("insuffisance cardiaque", published)
        transaction.set_rollback(True)


def test_every_expression_of_the_synonyms_is_known_by_its_group_alone() -> None:
    expressions = [expression.casefold() for group in groups() for expression in group]
    assert len(expressions) == len(set(expressions))
    for group in groups():
        for expression in group:
            assert set(others_of([root(word) for word in split(expression)])) >= set(group) - {expression}, expression
