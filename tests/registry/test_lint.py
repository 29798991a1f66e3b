"""The faults of real fiches are found, each by its rule; a good fiche has no remark."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from registry.completeness import completeness
from registry.lint import RULES, Severity, days_late, errors, late_in_words, lint
from tests.registry.said import SUMMARY, TODAY, a_said, a_source, term


def codes(said: dict[str, Any], on: date = TODAY) -> set[tuple[str, str]]:
    return {(remark.code, remark.where) for remark in lint(said, on)}


def test_a_good_fiche_has_no_remark() -> None:
    assert not codes(a_said())


SHOUTED = "ETUDE DE COHORTE RETROSPECTIVE MULTICENTRIQUE SUR LES PATIENTS ATTEINTS D'INSUFFISANCE CARDIAQUE"
PASTED = "Cette étude porte sur les patients\nhospitalisés pour une fracture du\ncol du fémur, et sur leur devenir\ndans l'année."
FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    # the mandatory core
    ("core_missing", "legal_basis_9", {"legal_basis_9": None}),
    ("core_missing", "controller", {"controller": None}),
    ("core_missing", "sources", {"sources": []}),
    ("placeholder", "population", {"population": "Non renseigné"}),
    ("placeholder", "expected_benefits", {"expected_benefits": " - néant. "}),
    ("dpo_missing", "dpo_mailbox", {"dpo_mailbox": ""}),
    ("dpo_is_a_person", "dpo_mailbox", {"dpo_mailbox": "camille.martin@ch-valmont.fr"}),
    ("domains_missing", "domains", {"domains": []}),
    ("categories_missing", "data_categories", {"data_categories": []}),
    ("matching_unsaid", "matching", {"matching": None, "other_sources": "Le registre des cancers de l'Isère."}),
    ("matching_unexplained", "matching_kind", {"matching": True, "matching_method": "Par le NIR."}),
    ("matching_unexplained", "matching_method", {"matching": True, "matching_kind": term("direct_nir")}),
    ("identifier_unjustified", "identifiers", {"sources": [a_source(identifiers={"death_date": " "})]}),
    ("professional_unjustified", "professionals", {"professionals": True, "sources": [a_source(professional_identifier=True)]}),
    ("professional_unjustified", "professionals", {"professionals": True}),
    ("identifier_unjustified", "identifiers", {"identifiers": {"death_date": ""}}),
    ("publication_without_address", "publications", {"publications": [{"title": "Seizures and care", "url": ""}]}),
    ("english_in_part", "lay_summary_en", {"title_en": "Treatments of epilepsy"}),
    # dates
    ("declared_late", "starts_on", {"starts_on": "2020-02-01", "declared_on": "2021-05-18"}),
    ("end_before_start", "ends_on", {"ends_on": "2025-01-01"}),
    ("end_before_start", "ended_on", {"ended_on": "2025-01-01"}),
    ("end_to_come", "ended_on", {"ended_on": "2027-12-31"}),
    ("ended_before_plan", "ends_on", {"ended_on": "2026-03-01"}),
    ("end_undeclared", "ended_on", {"ends_on": "2026-06-14"}),
    ("results_overdue", "results", {"results_due_on": "2026-06-14"}),
    ("results_before_end", "ended_on", {"results": "Un tiers de séjours en moins."}),
    ("implausible_year", "starts_on", {"starts_on": "0202-01-05"}),
    ("very_long", "ends_on", {"ends_on": "2051-01-01"}),
    ("duration_is_words", "retention_years", {"retention_years": "05"}),
    ("duration_is_words", "retention_years", {"retention_years": "2 ans et demi"}),
    ("duration_is_unclear", "retention_years", {"retention_years": "la durée de l'étude"}),
    ("retention_unsaid", "retention_years", {"retention_years": None}),
    ("retention_very_long", "retention_years", {"retention_years": 30}),
    # natural persons
    ("person_as_controller", "controller", {"controller": {"name": "Mme Camille DURAND", "city": "Valmont"}}),
    ("person_as_controller", "controller", {"controller": {"name": "Camille DURAND", "city": ""}}),
    ("person_as_controller", "controller", {"controller": {"name": "Thèse de médecine générale", "city": ""}}),
    ("address_of_a_body", "controller", {"controller": {"name": "Personne physique", "city": "12 bis rue des Lilas, 38000 Grenoble"}}),
    ("person_named", "rights", {"rights": "Écrivez au Dr Claude MARTIN, qui dirige l'étude."}),
    ("person_named", "results_plan", {"results_plan": "Article rédigé par Claude MARTIN."}),
    ("address_in_a_text", "rights", {"rights": "Par courrier : 4, avenue du Général, 75013 Paris."}),
    ("telephone", "rights", {"rights": "Appelez le 06 12 34 56 78."}),
    ("personal_mailbox", "rights", {"rights": "Écrivez à claude.martin@exemple.fr pour vous opposer."}),
    ("personal_mailbox", "identifiers", {"sources": [a_source(identifiers={"care_dates": "Voir c.martin@exemple.fr"})]}),
    # legal bases
    ("consent_and_refusal", "legal_basis_6", {"legal_basis_6": term("6_1_a"), "rights": "Le patient dispose d'un droit d'opposition."}),
    ("consent_and_refusal", "legal_basis_9", {"legal_basis_9": term("9_2_a"), "rights": "Une lettre de non-opposition est remise."}),
    ("consent_looking_back", "legal_basis_6", {"legal_basis_6": term("6_1_a"), "rights": "", "population": "Étude rétrospective."}),
    ("consent_without_being_asked", "legal_basis_6", {"legal_basis_6": term("6_1_a")}),
    ("consents_differ", "legal_basis_6", {"legal_basis_9": term("9_2_a")}),
    ("public_body_by_interest", "legal_basis_6", {"legal_basis_6": term("6_1_f")}),
    ("company_by_task", "legal_basis_6", {"controller_type": term("health_industry")}),
    ("unusual_basis", "legal_basis_6", {"legal_basis_6": term("6_1_b")}),
    ("methodology_and_basis", "legal_basis_6", {"procedure": "mr008"}),
    ("methodology_and_controller", "controller_type", {"procedure": "mr006"}),
    ("number_missing", "authorisation_number", {"procedure": "cnil_elsewhere", "authorisation_number": ""}),
    ("transfers_unexplained", "transfers_outside_eu", {"transfers_outside_eu": True}),
    ("automated_unexplained", "automated_decision", {"automated_decision": True}),
    ("representative_missing", "eu_representative", {"controller_outside_eu": True}),
    ("rights_unsaid", "rights", {"rights": "", "information": ""}),
    # texts
    ("capitals", "title", {"title": SHOUTED}),
    ("broken_lines", "lay_summary", {"lay_summary": PASTED}),
    ("artefacts", "public_interest", {"public_interest": "Mieux soigner les patients . . . et leurs proches"}),
    ("artefacts", "population", {"population": "Patients traitÃ©s pour une Ã©pilepsie"}),
    ("summary_short", "lay_summary", {"lay_summary": "Étude des traitements de l'épilepsie."}),
    ("summary_long", "lay_summary", {"lay_summary": " ".join([SUMMARY] * 8)}),
    (
        "summary_hard",
        "lay_summary",
        {
            "lay_summary": "L'évaluation médico-économique multicentrique des stratégies thérapeutiques antirétrovirales intensifiées "
            "nécessite l'exploitation longitudinale des données médico-administratives pseudonymisées, conformément aux recommandations "
            "internationales relatives à la pharmaco-épidémiologie observationnelle populationnelle."
        },
    ),
    ("summary_sentences", "lay_summary", {"lay_summary": SUMMARY.replace(". ", ", et ")}),
    ("summary_acronyms", "lay_summary", {"lay_summary": SUMMARY + " La BPCO et la PUMA ne sont pas étudiées."}),
    ("summary_is_title", "lay_summary", {"lay_summary": "Traitements de l’épilepsie, et séjours à l’hôpital !"}),
    (
        "summary_in_english",
        "lay_summary",
        {"lay_summary": "The aim of this study is to compare the care of adults with epilepsy, and to learn which of the drugs is best."},
    ),
    ("same_text_twice", "public_interest", {"public_interest": SUMMARY}),
]


@pytest.mark.parametrize(("code", "where", "changes"), FAULTS, ids=[f"{code}-{where}-{n}" for n, (code, where, _) in enumerate(FAULTS)])
def test_a_fault_is_found_where_it_stands(code: str, where: str, changes: dict[str, Any]) -> None:
    assert (code, where) in codes(a_said(**changes))


def test_every_rule_is_tried_by_an_example() -> None:
    assert set(RULES) == {code for code, _where, _changes in FAULTS}


@pytest.mark.parametrize(
    "changes",
    [
        {"sources": [], "other_sources": "La cohorte CONSTANCES et le registre REIN."},
        {"rights": "Écrivez au délégué à la protection des données : dpo@ch-valmont.fr. Institut CURIE, hôpital Saint-Louis."},
        {"controller": {"name": "Institut Gustave Roussy", "city": "Villejuif", "country": "FR"}},
        {"controller": {"name": "Assistance Publique – Hôpitaux de Paris", "city": "Paris", "country": "FR"}},
        {"lay_summary": SUMMARY + " L'insuffisance rénale chronique (IRC) est notée. L'IRC : une maladie longue."},
        {"title": "EPISUIVI 2", "retention_years": 0},
        {"population": "Adultes :\n- traités en ville ;\n- traités à l'hôpital."},
        {
            "legal_basis_6": term("6_1_a"),
            "legal_basis_9": term("9_2_a"),
            "information": "individual",
            "rights": "Retirez votre consentement.",
        },
        {"procedure": "mr005", "retention_years": None, "retention_months": 30},
        {"ended_on": "2026-06-15", "ends_on": "2026-06-15", "results": "Un tiers en moins.", "results_on": "2026-06-15"},
    ],
)
def test_what_is_right_is_left_alone(changes: dict[str, Any]) -> None:
    assert not codes(a_said(**changes))


def test_what_was_generated_for_a_demonstration_is_nobody_s_fault() -> None:
    said = a_said(starts_on="2020-02-01", declared_on="2021-05-18", generated=["starts_on", "dpo_mailbox"], dpo_mailbox="")
    assert not codes(said)
    assert days_late(said) == 0


def test_a_fiche_that_says_next_to_nothing_is_linted_too() -> None:
    remarks = lint({"title": "Étude", "generated": []}, TODAY)
    assert {remark.where for remark in errors(remarks)} >= {"lay_summary", "controller", "sources"}
    severities = [remark.severity for remark in remarks]
    assert severities == sorted(severities, key=list(Severity).index)


def test_remarks_are_sentences_in_both_languages() -> None:
    found = next(one for one in lint(a_said(starts_on="2020-02-01", declared_on="2021-05-18"), TODAY) if one.code == "declared_late")
    with translation.override("en"):
        assert found.sentence == ("Declared 15 months after its start, although the law asks for it before. The public page says so.")
        assert found.label == "Planned start"
    for code, where, changes in FAULTS:
        for remark in lint(a_said(**changes), TODAY):
            assert "%(" not in remark.sentence, (code, where)


def test_a_delay_is_counted_from_the_start_to_the_declaration() -> None:
    assert days_late(a_said()) == 0
    assert days_late(a_said(declared_on="2026-01-05")) == 0
    assert days_late(a_said(declared_on="2026-01-06")) == 1
    assert days_late(a_said(declared_on=None)) == 0
    with translation.override("en"):
        assert [late_in_words(days) for days in (1, 59, 472)] == ["1 day", "59 days", "15 months"]


# --- completeness
def test_a_complete_fiche_has_a_hundred() -> None:
    found = completeness(a_said(), TODAY)
    assert (found.percent, found.missing) == (100, ())


def test_what_is_missing_is_counted_and_named() -> None:
    found = completeness(a_said(dpo_mailbox="", hosting="", population="Non renseigné"), TODAY)
    assert set(found.missing) == {"dpo_mailbox", "hosting", "population"}
    assert found.percent == (found.asked - 3) * 100 // found.asked < 100
    with translation.override("en"):
        assert "People concerned" in found.missing_words


def test_only_what_concerns_the_fiche_is_asked_for() -> None:
    plain, matched = completeness(a_said(), TODAY), completeness(a_said(matching=True), TODAY)
    assert matched.asked == plain.asked + 2
    assert set(matched.missing) == {"matching_kind", "matching_method"}
    warehouse = completeness(a_said(kind="warehouse", domains=[], purpose=None, ends_on=None, public_interest="", results_plan=""), TODAY)
    assert warehouse.percent == 100


def test_an_end_and_results_are_asked_for_once_they_are_due() -> None:
    assert completeness(a_said(ends_on="2026-06-14"), TODAY).missing == ("ended_on",)
    assert completeness(a_said(ended_on="2025-06-14", results_due_on="2026-06-14"), TODAY).missing == ("results",)


def test_no_is_an_answer_and_nothing_is_none() -> None:
    assert completeness(a_said(matching=False, professionals=False, retention_years=0), TODAY).percent == 100
    assert completeness({"generated": []}, TODAY).percent == 0
