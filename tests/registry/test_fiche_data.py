"""Every datum of the real register finds its place on a fiche, whatever its origin, and what is not known is simply not there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from registry.frameworks import FRAMEWORKS, FRAMEWORKS_OF, Elsewhere, FicheKind
from registry.labels import LABELS
from registry.life import life_of
from registry.models import Fiche
from registry.presentation import FichePage
from registry.public_core import SHAPE, columns_of, said_by, whole
from registry.words import bodies_in_words, months_between, months_in_words
from requests_app.models import Dossier
from requests_app.services import publish_results
from requests_app.states import Procedure, State
from tests.accounts.factories import OrganisationFactory
from tests.registry.said import TODAY, a_said, term
from tests.requests_app.factories import PARIS, a_dossier, cast

BEGUN = datetime(2026, 1, 5, 9, 30, 15, tzinfo=PARIS)
SEEN = datetime(2026, 6, 15, 9, tzinfo=PARIS)


def page_of(said: dict[str, Any], on: date = TODAY) -> FichePage:
    """The page of a fiche that is not saved."""
    columns = {name: date.fromisoformat(value) if name.endswith("_on") and value else value for name, value in columns_of(said).items()}
    return FichePage.of(Fiche(origin="import", number="F20260615090000", published_at=SEEN, updated_at=SEEN, **columns), on)


def facts(page: FichePage) -> dict[str, list[str]]:
    with translation.override("en"):
        return {fact.code: fact.lines for chapter in page.chapters for fact in chapter.facts}


# --- from a dossier
@pytest.mark.django_db
def test_bodies_are_named_with_their_place_and_the_method_comes_with_the_results() -> None:
    people = cast()
    bodies = {
        "controller": OrganisationFactory(name="Institut", city="Boston", country="US"),
        "sponsor": OrganisationFactory(name="Ministère"),
        "laboratory": OrganisationFactory(name="Bureau d'études"),
    }
    told = bodies | {"controller_outside_eu": True, "eu_representative": "Bureau européen, Dublin"}
    dossier = a_dossier(State.ENDED, people, begun=BEGUN, **told)
    said = said_by(dossier)
    assert said["controller"] == {"name": "Institut", "city": "Boston", "country": "US"}
    assert (said["sponsor"]["name"], said["laboratory"]["name"]) == ("Ministère", "Bureau d'études")
    assert said["eu_representative"] == "Bureau européen, Dublin"
    assert said["method"] == ""
    publish_results(
        dossier, by=people["owner"], at=timezone.now(), results="Moins de séjours.", publications=[{"title": "A", "doi": "10.1/a"}]
    )
    said = said_by(Dossier.objects.get(pk=dossier.pk))
    assert said["method"].startswith("Cohorte de nouveaux")
    assert said["publications"][0]["doi"] == "10.1/a"
    assert facts(page_of(said))["controller_place"] == ["United States, Outside the European Union"]


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["Mme Camille Durand, Dublin", "Représentant : c.durand@exemple.ie", "+33 6 12 34 56 78"])
def test_a_representative_who_is_a_person_is_not_named(named: str) -> None:
    dossier = a_dossier(State.AUTHORISED, begun=BEGUN, controller_outside_eu=True, eu_representative=named)
    assert said_by(dossier)["eu_representative"] == ""


@pytest.mark.django_db
def test_a_dossier_says_nothing_that_the_shape_does_not_know() -> None:
    assert set(said_by(a_dossier(State.AUTHORISED, begun=BEGUN))) <= set(SHAPE)


# --- the shape
def test_what_is_not_said_is_empty_and_a_fiche_that_says_little_is_shown() -> None:
    little = {"title": "Étude", "lay_summary": "Une étude."}
    assert whole(little)["sources"] == []
    page = page_of(little)
    assert {chapter.code for chapter in page.chapters} == set()
    assert page.life
    assert page.citation.startswith("Étude. ")
    assert (page.late, page.reading_level, page.results_are_overdue) == ("", "", False)


def test_every_datum_that_the_page_may_name_has_a_label() -> None:
    told = a_said(
        kind="warehouse",
        eu_representative="Bureau européen",
        controller_outside_eu=True,
        other_controllers=[{"name": "Inserm", "city": "Paris", "country": "FR"}],
        other_bodies=[{"name": "Fondation", "city": "", "country": "BE"}],
        sponsor={"name": "Ministère", "city": ""},
        laboratory={"name": "Bureau", "city": ""},
        body_in_charge=None,
        other_sources="Une cohorte",
        matching=True,
        matching_kind=term("direct_nir"),
        matching_method="Par le NIR.",
        access_months=18,
        milestones="Mars",
        destroyed_on="2026-01-01",
        opinion="favourable",
        authorised_on="2026-01-01",
        opt_out_exception="Aucune",
        identifiers={"death_date": "Pourquoi"},
    )
    shown = facts(page_of(told))
    assert set(shown) <= set(LABELS)
    assert len(shown) >= 38
    assert shown["access_months"] == ["1 year and 6 months"]
    assert shown["other_bodies"] == ["Fondation, Belgium"]
    assert shown["identifiers"][0] == "Date of death: Pourquoi"
    assert shown["body_in_charge"] == ["The controller itself"]
    assert page_of(told).kind


def test_values_that_another_register_wrote_stand_as_they_are() -> None:
    shown = facts(page_of(a_said(procedure="Décret ancien", hosting="Serveur interne", retention_years="la durée de l'étude")))
    assert (shown["procedure"], shown["hosting"], shown["retention_years"]) == (
        ["Décret ancien"],
        ["Serveur interne"],
        ["la durée de l'étude"],
    )


@pytest.mark.parametrize(
    ("months", "words"),
    [(None, ""), (1, "1 month"), (18, "1 year and 6 months"), (24, "2 years"), (30, "2 years and 6 months"), (0, "0 years")],
)
def test_a_duration_in_words(months: int | None, words: str) -> None:
    with translation.override("en"):
        assert months_in_words(months) == words


def test_months_between_two_days_count_the_last_one() -> None:
    assert months_between(date(2026, 1, 1), date(2028, 12, 31)) == 36
    assert months_between(date(2026, 1, 1), date(2026, 1, 1)) == 1
    assert bodies_in_words([{"name": "Inserm", "city": "Paris", "country": "FR"}]) == ["Inserm, Paris"]


# --- frameworks
def test_every_framework_belongs_to_what_it_is_declared_for() -> None:
    offered = [one for frameworks in FRAMEWORKS_OF.values() for one in frameworks]
    assert sorted(offered) == sorted(Elsewhere)
    assert set(FRAMEWORKS_OF) == set(FicheKind)
    assert set(FRAMEWORKS) == {*Procedure.values, *Elsewhere.values}


# --- the life line
def states(said: dict[str, Any], on: date = TODAY) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(step.title, step.state) for step in life_of(whole(said), on, overdue=False)]


def test_a_declared_project_goes_from_its_declaration_to_its_results() -> None:
    told = a_said(opened_on="2026-01-05")
    assert states(told) == [
        ("Declaration", "done"),
        ("Commitment", "done"),
        ("Start", "done"),
        ("End of the project", "current"),
        ("Results", "future"),
    ]


def test_what_has_ended_has_begun_whatever_else_is_known() -> None:
    told = a_said(ended_on="2026-05-01", opened_on=None)
    assert dict(states(told))["Start"] == "done"
    bare = {"title": "Étude", "ended_on": "2026-05-01"}
    assert states(bare) == [("Data available", "done"), ("End of the project", "done"), ("Results", "current")]


def test_nobody_waits_for_the_end_of_a_warehouse() -> None:
    assert "End of the project" not in dict(states(a_said(kind="warehouse")))


# --- both languages
def test_an_english_reader_has_the_english_first_and_the_french_below() -> None:
    page = page_of(a_said(title_en="Epilepsy care", lay_summary_en="A summary."))
    with translation.override("en"):
        assert (page.heading, page.title_language) == ("EPISUIVI\u00a0– Epilepsy care", "en")
        assert [language for language, _text in page.summaries] == ["en", "fr"]
    with translation.override("fr"):
        assert page.title_language == "fr"
        assert [language for language, _text in page.summaries] == ["fr", "en"]


def test_the_citation_holds_what_finds_the_version_again() -> None:
    with translation.override("en"):
        cited = page_of(a_said()).citation
    assert cited.startswith("Centre hospitalier de Valmont. EPISUIVI")
    assert "record F20260615090000, version 1 of Monday 15 June 2026" in cited
    assert cited.endswith("/repertoire/F20260615090000/")
