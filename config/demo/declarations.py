"""Imagined declarations to the registry: one that was read and published, and one that waits for the secretariat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from registry.editing import declaring
from registry.editing.checking import EDITED
from registry.editing.models import Declaration
from registry.frameworks import FicheKind
from registry.models import Fiche
from registry.public_core import columns_of
from registry.publication import write
from workflow.periods import paris_day

IMAGINED = "Ce projet est entièrement imaginé : il montre une déclaration au répertoire, faite sans dossier."
#: What both have in common.
COMMON: dict[str, Any] = {
    "databases": ["base-principale"],
    "data_categories": ["conditions"],
    "matching": False,
    "professionals": False,
    "hosting": "cnam",
    "controller_country": "FR",
    "controller_is_in_charge": True,
    "legal_basis_6": "6_1_e",
    "legal_basis_9": "9_2_j",
    "transfers_outside_eu": False,
    "automated_decision": False,
    "information": "collective",
    "rights": "Vous pouvez vous opposer auprès du service qui répond à l’adresse ci-dessous.",
}
STUDY = COMMON | {
    "procedure": "mr004",
    "authorisation_number": "DEMO-2200001",
    "title": "Asthme de l’enfant et qualité de l’air dans quatre villes",
    "acronym": "AIR-ENFANT",
    "lay_summary": (
        "L’asthme touche environ un enfant sur dix. Les jours de pollution, les crises semblent plus fréquentes. Nous comparons, dans "
        "quatre villes, les séjours à l’hôpital des enfants et les mesures de la qualité de l’air, sans connaître leur nom. Les villes "
        "sauront ainsi quand prévenir les familles."
    ),
    "purpose": "research",
    "objectives": ["prevention_treatment"],
    "domains": ["pulmonology", "environmental_health"],
    "public_interest": "Prévenir les crises plutôt que de les soigner, dans toutes les villes.",
    "expected_benefits": "Des alertes données plus tôt aux familles et aux écoles.",
    "population": "Enfants de 3 à 15 ans soignés pour un asthme dans quatre villes, de 2015 à 2024.",
    "year_from": 2015,
    "year_to": 2024,
    "controller_name": "Centre hospitalier de Valmont",
    "controller_city": "Valmont",
    "controller_type": "public_hospital",
    "dpo_mailbox": "dpo@ch-valmont.demonstration.example",
    "retention_years": 3,
    "results_plan": "Un article en accès ouvert, et un résumé remis aux quatre villes.",
}
ACCESS = COMMON | {
    "procedure": "permanent_access",
    "title": "Suivi des maladies à déclarer par l’observatoire de santé de Valmont",
    "lay_summary": (
        "L’observatoire suit, semaine après semaine, les maladies qui se propagent dans la région. Il compte les consultations et les "
        "séjours à l’hôpital, sans connaître le nom des personnes. Les communes et les médecins reçoivent chaque mois un bulletin. Un "
        "décret lui donne cet accès pour sa mission de surveillance."
    ),
    "purpose": "surveillance",
    "objectives": ["public_policy"],
    "expected_benefits": "Voir venir une épidémie plus tôt.",
    "population": "Toutes les personnes soignées dans la région.",
    "controller_name": "Observatoire de santé de Valmont",
    "controller_city": "Valmont",
    "controller_type": "public_authority",
    "dpo_mailbox": "dpo@observatoire.demonstration.example",
    "retention_years": 1,
}


def furnish(people: dict[str, User], now: datetime) -> None:
    """Declare both, and publish the study; nothing twice."""
    declarer = people["deposante"]
    if Declaration.objects.filter(account=declarer).exists():
        return
    study = _declared(STUDY, FicheKind.PROJECT, declarer, now - timedelta(days=60), starts_in=30)
    fiche = declaring.publish(study, by=people["officier"], at=now - timedelta(days=55))
    _say_that_it_is_imagined(fiche, now - timedelta(days=55))
    _declared(ACCESS, FicheKind.PERMANENT_ACCESS, declarer, now - timedelta(days=2), starts_in=20)


def _declared(answers: dict[str, Any], kind: FicheKind, by: User, at: datetime, *, starts_in: int) -> Declaration:
    """Begun, written and sent two days later; the work begins so many days after."""
    begun = declaring.begin(kind=kind.value, email=by.email, language="fr", account=by, at=at)
    if begun is None:
        raise RuntimeError("an account is never refused a draft")
    starts = paris_day(at + timedelta(days=starts_in))
    days = {"authorised_on": paris_day(at), "starts_on": starts, "ends_on": starts + timedelta(days=1095)}
    written = declaring.save(begun, answers | {name: day.isoformat() for name, day in days.items()}, at=at)
    return declaring.send(written, confirmed=False, at=at + timedelta(hours=2))


def _say_that_it_is_imagined(fiche: Fiche, at: datetime) -> None:
    """Every datum bears the mention; the title and the summary are told in a sentence."""
    told = sorted(name for name, value in fiche.said.items() if value not in (None, "", [], {}) and name != "kind")
    imagined = {"generated": told, "generated_words": [IMAGINED]}
    write(fiche, columns_of(fiche.said | imagined) | {"added": fiche.added | imagined}, at=at, because=EDITED)
