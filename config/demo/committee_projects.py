"""Four projects made up for the demonstration of the committee, in the shape of the real ones; each says so on its dossier."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

SAID = "Ce projet n’existe pas : il a été imaginé, texte et dates compris, pour montrer le travail du comité."
HOSPITAL = {"name": "CHU de démonstration", "kind": "public_hospital"}
UNIVERSITY = {"name": "Université de démonstration", "kind": "university"}
#: The numbers follow those of the real projects; an odd one belongs to the first demonstration applicant.
RECOMMENDED, FAVOURABLE, DEFERRED, NEW = 35, 34, 36, 37
#: What every one of them says.
EVERYWHERE: dict[str, Any] = {
    "procedure": "aut",
    "registry_number": None,
    "organisations": [UNIVERSITY],
    "purpose": "research",
    "objectives": ["patient_care"],
    "data_categories": ["care_and_costs"],
    "other_sources_fr": "",
    "dpo_contact": "dpo.comite@demonstration.example",
    "funding_fr": "Financement propre de l’établissement (fictif).",
    "matching": {"used": False, "kind": None},
    "retention_years": 5,
    "legal_basis_6": "6_1_e",
    "legal_basis_9": "9_2_j",
    "results_fr": "",
    "publications": [],
    "results_published": None,
    "generated_fr": [SAID],
    "generated": ["title", "summary", "purpose", "public_interest", "expected_benefits", "population", "starts_on", "ends_on", "funding"],
}
MAIN = {"database": "base-principale", "components": [], "year_from": 2016, "year_to": 2025}
HEPATHER: dict[str, Any] = {"database": "hepather", "components": [], "year_from": None, "year_to": None}

TEXTS: dict[int, dict[str, Any]] = {
    FAVOURABLE: {
        "acronym": "TÉLÉCARDIO",
        "title_fr": "Télésurveillance de l’insuffisance cardiaque et réhospitalisations",
        "goal_fr": "Mesurer si la télésurveillance évite des réhospitalisations dans l’année qui suit une première décompensation.",
        "summary_fr": "Des personnes qui vivent avec une insuffisance cardiaque sont suivies à distance après une hospitalisation. Le "
        "projet compare leurs retours à l’hôpital avec ceux de personnes semblables qui ne le sont pas. Les résultats diront "
        "à qui ce suivi sert.",
        "public_interest_fr": "La télésurveillance est remboursée : savoir pour qui elle est utile guide les équipes et la dépense.",
        "expected_benefits_fr": "Des critères d’orientation après une première hospitalisation.",
        "population_fr": "Adultes hospitalisés pour une première décompensation cardiaque entre 2018 et 2023.",
        "domains": ["cardiology"],
        "sources": [MAIN],
    },
    RECOMMENDED: {
        "acronym": "ÉPIPARCOURS",
        "organisations": [HOSPITAL],
        "title_fr": "Parcours de soins des adultes qui vivent avec une épilepsie",
        "goal_fr": "Décrire l’accès au neurologue et les ruptures de traitement, et leurs liens avec les hospitalisations.",
        "summary_fr": "L’épilepsie touche des centaines de milliers de personnes. Le projet décrit leur parcours : consultations, "
        "médicaments, hospitalisations. Il cherche où l’accès aux soins spécialisés manque, et ce que ces manques changent.",
        "public_interest_fr": "Réduire les écarts d’accès aux soins entre territoires.",
        "expected_benefits_fr": "Une carte des ruptures de parcours, partagée avec les agences régionales de santé.",
        "population_fr": "Adultes ayant reçu au moins deux délivrances d’un antiépileptique en douze mois, de 2016 à 2024.",
        "domains": ["neurology"],
        "sources": [MAIN],
    },
    DEFERRED: {
        "acronym": "HÉPATOSUITE",
        "title_fr": "Devenir à long terme après la guérison d’une hépatite C",
        "goal_fr": "Estimer le risque de cancer du foie dix ans après un traitement antiviral efficace.",
        "summary_fr": "Les traitements de l’hépatite C guérissent presque toutes les personnes traitées. Le projet suit leur santé dans "
        "les dix années suivantes, à partir d’une cohorte et des données de soins, pour savoir qui doit rester surveillé et comment.",
        "public_interest_fr": "Adapter la surveillance après guérison, sans examens inutiles.",
        "expected_benefits_fr": "Des recommandations de surveillance selon le risque.",
        "population_fr": "Personnes de la cohorte HEPATHER traitées entre 2014 et 2018.",
        "domains": ["gastroenterology", "infectious_diseases"],
        "sources": [HEPATHER, MAIN],
        "matching": {"used": True, "kind": "direct_nir", "note_fr": "Appariement direct, le NIR étant connu de la cohorte (fictif)."},
    },
    NEW: {
        "acronym": "STÉATORISQUE",
        "title_fr": "Stéatose du foie, diabète et risque cardiovasculaire",
        "goal_fr": "Savoir si la stéatose du foie ajoute un risque cardiovasculaire à celui du diabète.",
        "summary_fr": "La stéatose du foie accompagne souvent le diabète. Le projet rapproche une cohorte hépatologique des données de "
        "soins pour mesurer ce qu’elle ajoute au risque d’accident du cœur et des vaisseaux, et à quel âge la dépister.",
        "public_interest_fr": "Mieux cibler le dépistage d’une maladie fréquente et silencieuse.",
        "expected_benefits_fr": "Un âge et des critères de dépistage proposés aux sociétés savantes.",
        "population_fr": "Adultes de la cohorte HEPATHER, avec ou sans diabète.",
        "domains": ["gastroenterology", "metabolic_diseases"],
        "sources": [HEPATHER, MAIN],
        "matching": {"used": True, "kind": "direct_nir", "note_fr": "Appariement direct, le NIR étant connu de la cohorte (fictif)."},
    },
}


def project(number: int, sent_on: date, today: date) -> dict[str, Any]:
    """One of them, sent to the committee on a day."""
    days = (today - sent_on).days
    steps = {"submit": 25, "declare_complete": 10, "send_to_committee": 0}
    history = [{"move": move, "days_ago": days + before, "known": False, "reference": None} for move, before in steps.items()]
    starts_on = today + timedelta(days=150)
    dates = {"starts_on": starts_on.isoformat(), "ends_on": (starts_on + timedelta(days=3 * 365)).isoformat()}
    return EVERYWHERE | TEXTS[number] | dates | {"created": {"days_ago": days + 40}, "history": history}
