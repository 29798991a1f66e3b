"""What the machine sees: each check on a dossier that is right and on one that is not; none of them decides anything."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import Database
from requests_app.attachments import PieceText
from requests_app.checking.assisted import CHECKS, WARNING, checks
from requests_app.checking.forbidden import suspicions_in
from requests_app.models import Dossier, DossierSource
from tests.accounts.factories import OrganisationFactory
from tests.requests_app.factories import a_draft, term
from tests.requests_app.test_checking import a_piece

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def dossier() -> Dossier:
    """A dossier in which the machine finds nothing."""
    return a_draft(
        controller=OrganisationFactory(siren="732829320"),
        starts_on=date(2026, 9, 1),
        ends_on=date(2029, 9, 1),
        access_months=24,
        population_size=20_000,
        inclusion_from=date(2016, 1, 1),
        inclusion_to=date(2023, 12, 31),
    )


def codes(dossier: Dossier) -> set[str]:
    return {finding.code for finding in checks(dossier, TODAY)}


def write(dossier: Dossier, **values: Any) -> set[str]:
    """The findings once this is written."""
    for name, value in values.items():
        setattr(dossier.content, name, value)
    return codes(dossier)


def ask(dossier: Dossier, **values: Any) -> set[str]:
    """The findings once this is asked of the database."""
    DossierSource.objects.filter(content=dossier.content).update(**values)
    dossier.content.forget()
    return codes(dossier)


def test_a_good_dossier_is_left_alone(dossier: Dossier) -> None:
    assert codes(dossier) == set()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("start_is_past", {"starts_on": date(2025, 1, 6)}),
        ("inclusion_after_end", {"inclusion_to": date(2030, 1, 1)}),
        ("access_exceeds_project", {"access_months": 60}),
        ("retention_below_access", {"retention_years": 1}),
        ("dpo_is_a_person", {"dpo_contact": "marie.curie@exemple.fr"}),
        ("long_sentence", {"lay_summary": "mot " * 60 + "."}),
        ("heavy_summary", {"lay_summary": ("mot " * 30 + ". ") * 3}),
        ("forbidden_word", {"expected_benefits": "Aider la promotion du médicament auprès des médecins."}),
    ],
)
def test_it_sees_what_is_wrong_in_a_field(dossier: Dossier, code: str, wrong: dict[str, Any]) -> None:
    assert code in write(dossier, **wrong)


def test_a_start_a_few_days_ago_is_let_pass(dossier: Dossier) -> None:
    assert "start_is_past" not in write(dossier, starts_on=date(2026, 2, 20))


def test_it_knows_the_key_of_a_siren_and_asks_none_of_a_foreign_body(dossier: Dossier) -> None:
    assert "siren_unknown" in write(dossier, controller=OrganisationFactory(siren=None))
    assert "siren_wrong" in write(dossier, controller=OrganisationFactory(siren="732829321"))
    assert not {"siren_unknown", "siren_wrong"} & write(dossier, controller=OrganisationFactory(siren=None, country="BE"))


def test_it_compares_the_years_with_what_the_database_covers(dossier: Dossier) -> None:
    base = DossierSource.objects.get(content=dossier.content).database
    Database.objects.filter(pk=base.pk).update(first_year=2010, last_year=2022)
    assert {"before_coverage", "after_coverage"} <= ask(dossier, year_from=2006, year_to=2024)
    assert not {"before_coverage", "after_coverage"} & ask(dossier, year_from=2010, year_to=2022)


def test_the_inclusion_lies_within_the_years_asked_for(dossier: Dossier) -> None:
    assert "inclusion_outside_years" in ask(dossier, year_from=2018, year_to=2023)
    assert "inclusion_outside_years" not in ask(dossier, year_from=2016, year_to=2023)


def test_a_few_words_do_not_justify_an_identifier(dossier: Dossier) -> None:
    long = "La commune relie chaque personne à l'indice de désavantage social de son lieu de vie, critère principal."
    assert "identifier_unjustified" in ask(dossier, identifiers={"residence": "Utile."})
    assert "identifier_unjustified" not in ask(dossier, identifiers={"residence": long})
    assert "professional_unjustified" in ask(dossier, professional_identifier=True, professional_reasons="Oui.")
    assert "professional_unjustified" not in ask(dossier, professional_identifier=True, professional_reasons=long)
    assert "small_population" in write(dossier, population_size=120)
    assert "small_population" not in write(dossier, population_size=50_000)


def test_anonymous_data_point_at_nobody(dossier: Dossier) -> None:
    ask(dossier, identifiers={"residence": "x" * 80})
    assert "identifiers_without_persons" in write(dossier, data_form="aggregated")
    assert "identifiers_without_persons" not in write(dossier, data_form="pseudonymised")


def test_a_maker_of_health_products_goes_through_a_laboratory(dossier: Dossier) -> None:
    industry = term("controller_type")
    industry.code = "health_industry"
    assert "laboratory_missing" in write(dossier, controller_type=industry)
    assert "commitment_missing" in write(dossier, laboratory=OrganisationFactory())
    assert not {"laboratory_missing", "commitment_missing"} & write(dossier, laboratory_commitment="CNIL 2024-18")


def test_several_databases_and_no_matching_is_worth_a_word(dossier: Dossier) -> None:
    other = Database.objects.exclude(pk__in=dossier.content.databases.all()).order_by("pk").first()
    assert other is not None
    DossierSource.objects.create(content=dossier.content, database=other)
    dossier.content.forget()
    assert "several_unmatched" in codes(dossier)
    assert "several_unmatched" not in write(dossier, matching=True)


def test_it_looks_for_the_headings_of_the_protocol(dossier: Dossier, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    dossier.attachments.update(removed_at=timezone.now())
    piece = a_piece(dossier, "protocol", {"owner": dossier.created_by})
    whole = "Objectifs. Population. Méthode. Données requises. Droits des personnes. Confidentialité. Support des données. Calendrier."
    words = PieceText.objects.create(piece=piece, text=whole, read_at=timezone.now())
    assert "protocol_headings" not in codes(dossier)
    words.text = whole.replace("Support des données.", "")
    words.save()
    (finding,) = [one for one in checks(dossier, TODAY) if one.code == "protocol_headings"]
    assert "Support des données" in finding.sentence
    assert "Calendrier" not in finding.sentence
    words.is_cut = True
    words.save()
    assert "protocol_headings" not in codes(dossier), "nothing is said of a text that was not read to its end"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("La promotion du produit.", "promotion"),
        ("Étude du MARKETING direct.", "MARKETING"),
        ("Publicité auprès des médecins", "Publicité"),
        ("Il prévoit l’exclusion de garanties.", "exclusion de garanties"),
        ("Réviser la tarification des contrats.", "tarification"),
        ("It supports insurance underwriting.", "underwriting"),
        ("Higher insurance premiums are expected.", "insurance premiums"),
    ],
)
def test_forbidden_words_are_found_whole_whatever_their_accents(text: str, word: str) -> None:
    assert [found.word for found in suspicions_in(text)] == [word]


@pytest.mark.parametrize(
    "text",
    [
        "La promotion de la santé en milieu scolaire.",
        "La tarification à l'activité des hôpitaux.",
        "La démotion.",
        "Health promotion matters.",
    ],
)
def test_innocent_uses_of_the_same_words_are_let_pass(text: str) -> None:
    assert list(suspicions_in(text)) == []


def test_a_word_is_told_with_its_sentence_only_and_softly_when_it_is_denied() -> None:
    text = "Une étude utile. Elle ne sert ni à la promotion ni à la tarification ! Fin."
    found = list(suspicions_in(text))
    assert {one.sentence for one in found} == {"Elle ne sert ni à la promotion ni à la tarification !"}
    assert all(one.is_denied for one in found)
    assert [one.is_denied for one in suspicions_in("Elle sert la promotion.")] == [False]


def test_every_finding_names_an_item_and_a_whole_sentence(dossier: Dossier) -> None:
    write(dossier, starts_on=date(2020, 1, 6), dpo_contact="marie.curie@exemple.fr", aims="Marketing.")
    ask(dossier, identifiers={"residence": "Utile."})
    found = checks(dossier, TODAY)
    assert len(found) >= 4
    assert all(":" in one.item and one.sentence.endswith((".", "»", "”")) and one.tone for one in found)
    assert WARNING in {one.tone for one in found}
    assert len(CHECKS) >= 8
