"""What fiches say, for tests: one that is good in everything, and the real-looking faults that others change in it."""

from __future__ import annotations

from datetime import date
from typing import Any

TODAY = date(2026, 6, 15)


def term(code: str, label: str = "Libellé") -> dict[str, str]:
    """A frozen term."""
    return {"code": code, "fr": label, "en": label}


def a_source(**changes: Any) -> dict[str, Any]:
    """The main database, asked for from 2015 to 2023, with one sensitive variable that is justified."""
    return {
        "slug": "base-principale",
        "acronym": "SNDS",
        "fr": "Base principale du SNDS",
        "en": "Main database of the SNDS",
        "components": [{"fr": "Consommations de soins de ville (DCIR)", "en": "Reimbursed care (DCIR)"}],
        "years": [2015, 2023],
        "identifiers": {"care_dates": "L'ordre des soins est l'objet de l'étude."},
        "professional_identifier": False,
        "professional_reasons": "",
    } | changes


SUMMARY = (
    "Environ une personne sur cent vit avec une épilepsie. Plusieurs traitements existent, et personne ne sait lequel évite le mieux les "
    "séjours à l'hôpital. Nous comparons neuf ans de soins de tous les adultes traités en France, sans connaître leur nom. Les résultats "
    "aideront les médecins et les patients à choisir un traitement."
)


def a_said(**changes: Any) -> dict[str, Any]:
    """A fiche without any fault, of a declared MR-004 study under way."""
    return {
        "kind": "project",
        "title": "Traitements de l'épilepsie et séjours à l'hôpital",
        "acronym": "EPISUIVI",
        "lay_summary": SUMMARY,
        "controller": {"name": "Centre hospitalier de Valmont", "city": "Valmont", "country": "FR"},
        "controller_type": term("public_hospital"),
        "controller_outside_eu": False,
        "purpose": term("research"),
        "objectives": [term("patient_care")],
        "domains": [term("neurology")],
        "public_interest": "Chaque séjour évité épargne une perte d'autonomie et une rupture de la vie de famille ou de travail.",
        "expected_benefits": "Un choix de traitement mieux fondé.",
        "population": "Adultes traités pour une épilepsie entre 2015 et 2023.",
        "sources": [a_source()],
        "data_categories": [term("conditions")],
        "matching": False,
        "professionals": False,
        "hosting": "cnam",
        "starts_on": "2026-01-05",
        "ends_on": "2028-12-31",
        "declared_on": "2025-12-01",
        "retention_years": 2,
        "results_plan": "Un article en accès ouvert en 2029.",
        "procedure": "mr004",
        "basis": "commitment",
        "authorisation_number": "2212345",
        "legal_basis_6": term("6_1_e"),
        "legal_basis_9": term("9_2_j"),
        "transfers_outside_eu": False,
        "automated_decision": False,
        "information": "collective",
        "rights": "Vous pouvez vous opposer à l'utilisation de vos données auprès de l'établissement qui vous a soigné.",
        "dpo_mailbox": "dpo@ch-valmont.fr",
        "generated": [],
        "generated_words": [],
    } | changes
