"""What differs between two snapshots: which places, in which words, and the words that changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from catalogue.models import Component, Database
from requests_app.content import completed
from requests_app.differences import (
    DELETED,
    INSERTED,
    SAME,
    changed_places,
    differences,
    places_of,
    snapshot_of,
    word_runs,
)
from requests_app.models import Content, DossierSource
from tests.requests_app.factories import a_draft, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> dict[str, Any]:
    return a_draft().content.snapshot()


def told(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str, str]]:
    with override("en"):
        return {one.label: (one.before, one.after) for one in differences(before, after)}


def test_a_snapshot_does_not_differ_from_itself_nor_from_one_taken_before_a_field_existed(said: dict[str, Any]) -> None:
    said = said | {"hosting": "", "people": [], "access_months": None, "transfers_outside_eu": False}
    older = {name: value for name, value in said.items() if name not in ("hosting", "people", "access_months", "transfers_outside_eu")}
    assert differences(said, said) == []
    assert changed_places(older, said) == []
    assert changed_places(completed(older), said) == []


def test_a_day_a_number_and_a_choice_are_told_in_words(said: dict[str, Any]) -> None:
    after = said | {"ends_on": "2031-05-14", "retention_years": 7, "hosting": "cnam", "transfers_outside_eu": True}
    found = told(said | {"hosting": ""}, after)
    assert found["End"] == ("Friday 5 January 2029", "Wednesday 14 May 2031")
    assert found["Retention of the data, in years"] == ("5 years", "7 years")
    assert found["Where the data are analysed"] == ("", "The portal of the CNAM")
    assert found["Data are transferred outside the European Union"] == ("No", "Yes")


def test_terms_and_organisations_are_told_by_name_and_not_by_id(said: dict[str, Any]) -> None:
    other = term("purpose").__class__.objects.filter(vocabulary="purpose").order_by("-position", "-pk").first()
    assert other is not None
    found = told(said, said | {"purpose_id": other.pk})
    assert found["Purpose"][1] == other.label_en


def test_a_database_that_comes_is_told_whole_and_one_that_stays_part_by_part(said: dict[str, Any]) -> None:
    database = Database.objects.get(level="main")
    component = Component.objects.filter(database=database).order_by("pk").first()
    assert component is not None
    row = said["sources"][0]
    wider = said | {"sources": [row | {"components": [component.code], "years": [2010, 2020], "identifiers": {"residence": "Distance."}}]}
    found = told(said, wider)
    assert len(found) == 3
    assert any(words[1] == "2010–2020" for words in found.values())
    assert any(words[1] == "Commune of residence, or a finer place: Distance." for words in found.values())
    gone = differences(said, said | {"sources": []})
    assert [one.kind for one in gone] == ["removed"]
    assert str(database) in gone[0].before


def test_the_order_in_which_databases_were_added_does_not_count(said: dict[str, Any]) -> None:
    two = said | {"sources": [*said["sources"], {**said["sources"][0], "database": "autre"}]}
    assert changed_places(two, two | {"sources": two["sources"][::-1]}) == []


def test_differences_stand_in_the_order_of_the_form(said: dict[str, Any]) -> None:
    after = said | {"retention_years": 9, "title": "Autre titre", "dpo_contact": "dpd@exemple.fr"}
    assert [one.place for one in differences(said, after)] == ["dpo_contact", "title", "retention_years"]


def test_taking_apart_and_putting_together_gives_the_same_content(said: dict[str, Any]) -> None:
    assert Content.digest(snapshot_of(places_of(said), said)) == Content.digest(said)


def test_the_number_of_queries_does_not_grow_with_the_databases(said: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    content = Content.objects.order_by("pk").last()
    assert content is not None
    for database in Database.objects.exclude(level="main").order_by("pk")[:6]:
        DossierSource.objects.create(content=content, database=database)
    content.forget()
    after = content.snapshot() | {"title": "Autre", "purpose_id": None, "controller_id": None}
    with django_assert_max_num_queries(8):
        differences(said, after)


def test_words_that_came_and_went_are_found_in_a_long_text() -> None:
    runs = word_runs("Adultes suivis pour une épilepsie entre 2015 et 2023.", "Adultes suivis pour une épilepsie entre 2012 et 2023.")
    assert [(run.kind, run.text) for run in runs] == [
        (SAME, "Adultes suivis pour une épilepsie entre "),
        (DELETED, "2015 "),
        (INSERTED, "2012 "),
        (SAME, "et 2023."),
    ]


def test_texts_that_have_nothing_in_common_are_told_one_after_the_other() -> None:
    assert [run.kind for run in word_runs("Une chose entière.", "Tout autre propos, sans rapport aucun.")] == [DELETED, INSERTED]
    assert word_runs("", "") == []
    assert [run.kind for run in word_runs("", "Nouveau")] == [INSERTED]


def test_a_short_value_is_told_whole() -> None:
    assert [run.text for run in word_runs("mardi 31 décembre 2030", "vendredi 31 décembre 2032")] == [
        "mardi 31 décembre 2030",
        "vendredi 31 décembre 2032",
    ]


def test_the_runs_hold_every_word_of_both_texts() -> None:
    before = "un deux  trois\nquatre cinq sept huit neuf dix"
    after = "un deux et demi\nquatre six cinq sept huit neuf dix"
    runs = word_runs(before, after)
    assert len(runs) > 2
    assert "".join(run.text for run in runs if run.kind != INSERTED) == before
    assert "".join(run.text for run in runs if run.kind != DELETED) == after
