"""Published fiches by the thousand, as plausible as the vocabularies allow, written by COPY past the guards of the dossier."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

FIRST_DAY = date(2017, 4, 1)
DAYS = 3500
DISEASES = """
    épilepsie, cancer du sein, diabète de type 2, insuffisance cardiaque, maladie rénale chronique, asthme sévère, dépression,
    sclérose en plaques, accident vasculaire cérébral, mélanome, polyarthrite rhumatoïde, maladie de Parkinson, cancer colorectal,
    hépatite C, mucoviscidose, endométriose, infarctus du myocarde, maladie d'Alzheimer, leucémie aiguë, lupus, psoriasis, obésité
"""
AIMS = """
    parcours de soins, traitement de deuxième ligne, hospitalisations évitables, mortalité à un an, coût de la prise en charge,
    effets indésirables, dépistage organisé, accès aux soins, observance, consommation de médicaments, qualité de vie, réhospitalisations
"""
TOWNS = "Rennes, Lyon, Lille, Bordeaux, Toulouse, Nantes, Montpellier, Strasbourg, Dijon, Brest, Grenoble, Marseille, Paris, Nancy"
KINDS = "Centre hospitalier universitaire, Institut de recherche, Université, Laboratoire, Société savante, Agence régionale de santé"
WORDS = """
    cohorte, comparaison, facteurs, risque, suivi, adultes, enfants, patients, données, soins, remboursés, séjours, hôpital, médecins,
    qualité, résultats, étude, analyse, survie, incidence, prévalence, territoire, âge, sexe, traitement, biologique, imagerie,
    vaccination, grossesse, prématurité, chirurgie, urgences, réadaptation, pharmacie, dispensation, génériques, prévention, dépistage,
    rechute, complication, surveillance, registre, appariement, modèle, prédiction
"""
#: The lists above, read once.
SAID = {
    name: [" ".join(one.split()) for one in text.split(",")]
    for name, text in {"disease": DISEASES, "aim": AIMS, "town": TOWNS, "kind": KINDS, "word": WORDS}.items()
}
COLUMNS = """
    dossier_id, number, published_at, updated_at, version, said, title, acronym, lay_summary, body, sort_key, controller_name,
    objectives, domains, data_categories, databases, controller_type, matching, authorised_on, starts_on, ends_on, opened_on,
    ended_on, results_on, results_due_on, suspended, is_demonstration
"""
#: What these fiches leave unsaid.
SILENT: dict[str, Any] = {
    **dict.fromkeys(("acronym", "other_sources", "dpo_mailbox", "authorisation_number", "results"), ""),
    **dict.fromkeys(
        ("matching_kind", "body_in_charge", "purpose", "legal_basis_6", "legal_basis_9", "destroyed_on", "filed_on", "opinion_on")
    ),
    "retention_years": 5,
    "transfers_outside_eu": False,
    "automated_decision": False,
    "publications": [],
    "generated": [],
    "generated_words": [],
    "procedure": "aut",
    "opinion": "favourable",
    "basis": "express",
}
WITHOUT_FICHE = """
    SELECT id FROM requests_app_dossier d WHERE NOT EXISTS (SELECT 1 FROM registry_fiche f WHERE f.dossier_id = d.id) ORDER BY id LIMIT %s
"""
BARE_DOSSIERS = """
    INSERT INTO requests_app_dossier (reference, procedure, state, created_at, created_by_id, opinion, basis, authorised_on,
        authorisation_number, cnil_request, convention_reference, is_demonstration, generated, generated_data, journal_seq, journal_head)
    SELECT 'BENCH-' || n, 'aut', 'running', now(), (SELECT min(id) FROM accounts_user), 'favourable', 'express', '2020-01-01',
        'DR-' || n, '', '', false, '[]', '[]', 1, ''
    FROM generate_series((SELECT coalesce(max(id), 0) FROM requests_app_dossier) + 1,
                         (SELECT coalesce(max(id), 0) FROM requests_app_dossier) + %s) n
    RETURNING id
"""


def publish_many(wanted: int) -> None:
    """Publish `wanted` fiches for dossiers that have none; dossiers are made up where they are missing."""
    from django.db import connection

    from registry.publication import next_version

    chance = random.Random(20)
    lists = _lists()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        dossiers = _dossiers(cursor, wanted)
        cursor.execute("SELECT coalesce(max(substring(number from 'F([0-9]{14})')), '') FROM registry_fiche")
        taken = cursor.fetchone()[0]
        with cursor.copy(f"COPY registry_fiche ({COLUMNS}) FROM STDIN") as copy:
            for row in _rows(dossiers, lists, chance, taken):
                copy.write_row(row)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE registry_fiche")
    next_version()


def _dossiers(cursor: Any, wanted: int) -> list[int]:
    """Ids of dossiers without a fiche; new bare rows (authorised long ago) for what is missing."""
    cursor.execute(WITHOUT_FICHE, [wanted])
    found = [pk for (pk,) in cursor.fetchall()]
    if len(found) < wanted:
        cursor.execute(BARE_DOSSIERS, [wanted - len(found)])
        found += [pk for (pk,) in cursor.fetchall()]
    return found


def _lists() -> dict[str, list[Any]]:
    from catalogue.models import Database, Term

    lists: dict[str, list[Any]] = {}
    for term in Term.objects.filter(active=True):
        lists.setdefault(term.vocabulary, []).append({"code": term.code, "fr": term.label_fr, "en": term.label_en})
    lists["database"] = [
        {"slug": one.slug, "acronym": one.acronym, "fr": one.name_fr, "en": one.name_en, "components": [], "years": [2015, 2023]}
        for one in Database.objects.order_by("level", "slug")
    ]
    return lists


def _rows(dossiers: Sequence[int], lists: dict[str, list[Any]], chance: random.Random, taken: str) -> Iterator[list[Any]]:
    step = timedelta(days=DAYS) / max(len(dossiers), 1)
    number = int(taken) if taken else 0
    for rank, dossier in enumerate(dossiers):
        at = datetime.combine(FIRST_DAY, time(9), UTC) + step * rank
        number = max(number + 1, int(f"{at:%Y%m%d%H%M%S}"))
        yield _row(dossier, f"F{number:014d}", at, lists, chance)


def _some(chance: random.Random, values: Sequence[Any], most: int) -> list[Any]:
    """A few values, the first of the list far more often than the last."""
    picked = {min(int(chance.expovariate(4 / len(values))), len(values) - 1) for _ in range(chance.randint(1, most))}
    return [values[place] for place in sorted(picked)]


def _row(dossier: int, number: str, at: datetime, lists: dict[str, list[Any]], chance: random.Random) -> list[Any]:
    disease, aim, town = (chance.choice(SAID[name]) for name in ("disease", "aim", "town"))
    title = f"{aim.capitalize()} et {disease} : étude à partir des données de soins ({town})"
    summary = f"Ce projet étudie {aim} des personnes atteintes de {disease}. {_prose(chance, 70)}"
    controller = f"{chance.choice(SAID['kind'])} de {town}"
    authorised, days = at.date(), _calendar(at.date(), chance)
    terms = {name: _some(chance, lists[name.removesuffix("s")], 3) for name in ("objectives", "domains")}
    terms["data_categories"] = _some(chance, lists["data_category"], 4)
    sources, kind = _some(chance, lists["database"], 3), _some(chance, lists["controller_type"], 1)[0]
    said = (
        SILENT | terms | {"title": title, "lay_summary": summary, "controller": {"name": controller, "city": town}, "controller_type": kind}
    )
    said |= {"sources": sources, "matching": chance.random() < 0.3, "authorised_on": authorised.isoformat()}
    said |= {name: _prose(chance, 40) for name in ("public_interest", "expected_benefits", "population")}
    said |= {name: day and day.isoformat() for name, day in days.items()}
    labels = [one[language] for many in (*terms.values(), sources, [kind]) for one in many for language in ("fr", "en")]
    body = "\n".join([said["public_interest"], said["expected_benefits"], said["population"], controller, town, *labels])
    codes = [_array(one["code"] for one in many) for many in terms.values()] + [_array(one["slug"] for one in sources)]
    return [
        *(dossier, number, at, at, 1, json.dumps(said, ensure_ascii=False), title, "", summary, body, title.lower(), controller),
        *(*codes, kind["code"], said["matching"], authorised, *days.values(), chance.random() < 0.01, False),
    ]


def _calendar(authorised: date, chance: random.Random) -> dict[str, date | None]:
    """Start, planned end, data, end, results and their due day; old projects have gone further."""
    ends = authorised + timedelta(days=chance.randint(700, 2200))
    age = (FIRST_DAY + timedelta(days=DAYS) - authorised).days
    opened = authorised + timedelta(days=chance.randint(150, 500)) if age > 400 and chance.random() < 0.8 else None
    ended = ends if opened and ends < FIRST_DAY + timedelta(days=DAYS) and chance.random() < 0.7 else None
    results = ended + timedelta(days=chance.randint(30, 700)) if ended and chance.random() < 0.5 else None
    due = ended + timedelta(days=547) if ended else None
    return {"starts_on": authorised, "ends_on": ends, "opened_on": opened, "ended_on": ended, "results_on": results, "results_due_on": due}


def _prose(chance: random.Random, words: int) -> str:
    """Words in no order, the first of the list far more often than the last."""
    said = SAID["word"]
    picked = [said[min(int(chance.expovariate(3 / len(said))), len(said) - 1)] for _ in range(words)]
    return " ".join(picked).capitalize() + "."


def _array(codes: Any) -> str:
    return "{" + ",".join(codes) + "}"


if __name__ == "__main__":
    import django

    django.setup()
    publish_many(int(sys.argv[1]))
