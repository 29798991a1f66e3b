"""Declarations for tests: the answers of a good one, and the steps that bring one where a test wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from catalogue.models import Component, Database
from registry.editing import declaring
from registry.editing.models import Declaration
from tests.registry.said import SUMMARY
from tests.requests_app.factories import PARIS

BEGUN = datetime(2026, 3, 2, 10, tzinfo=PARIS)


def answers(**changes: Any) -> dict[str, Any]:
    """The answers of a declaration without any fault."""
    return {
        "procedure": "mr004",
        "authorisation_number": "2212345",
        "title": "Traitements de l'épilepsie et séjours à l'hôpital",
        "acronym": "EPISUIVI",
        "lay_summary": SUMMARY,
        "purpose": "research",
        "objectives": ["patient_care"],
        "domains": ["neurology"],
        "public_interest": "Chaque séjour évité épargne une perte d'autonomie.",
        "expected_benefits": "Un choix de traitement mieux fondé.",
        "population": "Adultes traités pour une épilepsie entre 2015 et 2023.",
        "databases": ["base-principale"],
        "components": list(Component.objects.filter(database__slug="base-principale").values_list("code", flat=True)[:1]),
        "year_from": 2015,
        "year_to": 2023,
        "data_categories": ["conditions"],
        "matching": False,
        "identifiers": ["care_dates"],
        "identifiers_reasons": "L'ordre des soins est l'objet de l'étude.",
        "professionals": False,
        "hosting": "cnam",
        "controller_name": "Centre hospitalier de Valmont",
        "controller_city": "Valmont",
        "controller_country": "FR",
        "controller_type": "public_hospital",
        "controller_is_in_charge": True,
        "dpo_mailbox": "dpo@ch-valmont.fr",
        "starts_on": "2026-04-01",
        "ends_on": "2028-12-31",
        "retention_years": 2,
        "retention_months": 6,
        "results_plan": "Un article en accès ouvert en 2029.",
        "legal_basis_6": "6_1_e",
        "legal_basis_9": "9_2_j",
        "transfers_outside_eu": False,
        "automated_decision": False,
        "information": "collective",
        "rights": "Vous pouvez vous opposer auprès de l'établissement qui vous a soigné.",
    } | changes


def a_declaration(**changes: Any) -> Declaration:
    """A draft that somebody has written through the link."""
    begun = declaring.begin(kind=changes.pop("kind", "project"), email="claude.martin@exemple.fr", language="fr", at=BEGUN)
    assert begun is not None
    return declaring.save(begun, answers(**changes), at=BEGUN)


def a_sent_declaration(**changes: Any) -> Declaration:
    """One that waits for the secretariat."""
    return declaring.send(a_declaration(**changes), confirmed=False, at=BEGUN)


def a_database() -> Database:
    """A database of the catalogue that is not the main one."""
    return Database.objects.exclude(slug="base-principale").order_by("pk")[0]
