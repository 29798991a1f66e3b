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
DISEASES = (
    "épilepsie, cancer du sein, diabète de type 2, insuffisance cardiaque, maladie rénale chronique, asthme sévère, dépression, sclérose en plaques, "
    "accident vasculaire cérébral, mélanome, polyarthrite rhumatoïde, maladie de Parkinson, cancer colorectal, hépatite C, mucoviscidose, endométriose, "
    "infarctus du myocarde, maladie d'Alzheimer, leucémie aiguë, lupus, psoriasis, cancer du poumon, obésité, troubles bipolaires, drépanocytose"
).split(", ")
AIMS = (
    "parcours de soins, traitement de deuxième ligne, hospitalisations évitables, mortalité à un an, coût de la prise en charge, effets indésirables, "
    "dépistage organisé, accès aux soins, observance, consommation de médicaments, qualité de vie, réhospitalisations, inégalités territoriales"
).split(", ")
TOWNS = "Rennes, Lyon, Lille, Bordeaux, Toulouse, Nantes, Montpellier, Strasbourg, Dijon, Brest, Grenoble, Marseille, Paris, Nancy, Tours".split(
    ", "
)
KINDS = (
    "Centre hospitalier universitaire, Institut de recherche, Université, Laboratoire, Société savante, Agence régionale de santé".split(
        ", "
    )
)
WORDS = (
    "cohorte comparaison facteurs risque suivi adultes enfants patients données soins remboursés séjours hôpital médecins qualité résultats étude "
    "analyse survie incidence prévalence territoire âge sexe traitement biologique imagerie vaccination grossesse prématurité chirurgie urgences "
    "réadaptation pharmacie dispensation génériques prévention dépistage rechute complication surveillance registre appariement modèle prédiction"
).split()
COLUMNS = (
    "dossier_id, number, published_at, updated_at, version, said, title, acronym, lay_summary, body, sort_key, controller_name, objectives, domains, "
    "data_categories, databases, controller_type, matching, authorised_on, starts_on, ends_on, opened_on, ended_on, results_on, results_due_on, "
    "suspended, is_demonstration"
)


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
    cursor.execute(
        "SELECT id FROM requests_app_dossier d WHERE NOT EXISTS (SELECT 1 FROM registry_fiche f WHERE f.dossier_id = d.id) ORDER BY id LIMIT %s",
        [wanted],
    )
    found = [pk for (pk,) in cursor.fetchall()]
    if len(found) == wanted:
        return found
    cursor.execute(
        "INSERT INTO requests_app_dossier (reference, procedure, state, created_at, created_by_id, opinion, basis, authorised_on, authorisation_number, "
        "cnil_request, convention_reference, is_demonstration, generated, journal_seq, journal_head) "
        "SELECT 'BENCH-' || n, 'aut', 'running', now(), (SELECT min(id) FROM accounts_user), 'favourable', 'express', '2020-01-01', 'DR-' || n, "
        "'', '', false, '[]', 1, '' FROM generate_series((SELECT coalesce(max(id), 0) + 1 FROM requests_app_dossier), "
        "(SELECT coalesce(max(id), 0) + %s FROM requests_app_dossier)) n RETURNING id",
        [wanted - len(found)],
    )
    return found + [pk for (pk,) in cursor.fetchall()]


def _lists() -> dict[str, Sequence[Any]]:
    from catalogue.models import Database, Term

    lists: dict[str, list[Any]] = {}
    for term in Term.objects.filter(active=True):
        lists.setdefault(term.vocabulary, []).append({"code": term.code, "fr": term.label_fr, "en": term.label_en})
    lists["database"] = [
        {"slug": one.slug, "acronym": one.acronym, "fr": one.name_fr, "en": one.name_en, "components": [], "years": [2015, 2023]}
        for one in Database.objects.order_by("level", "slug")
    ]
    return {name: values for name, values in lists.items()}


def _rows(dossiers: Sequence[int], lists: dict[str, Sequence[Any]], chance: random.Random, taken: str) -> Iterator[list[Any]]:
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


def _row(dossier: int, number: str, at: datetime, lists: dict[str, Sequence[Any]], chance: random.Random) -> list[Any]:
    disease, aim, town = chance.choice(DISEASES), chance.choice(AIMS), chance.choice(TOWNS)
    title = f"{aim.capitalize()} et {disease} : étude à partir des données de soins ({town})"
    summary = f"Ce projet étudie {aim} des personnes atteintes de {disease}. {_prose(chance, 70)}"
    controller = f"{chance.choice(KINDS)} de {town}"
    authorised, days = at.date(), _calendar(at.date(), chance)
    chosen = {name: _some(chance, lists[name.removesuffix("s")], 3) for name in ("objectives", "domains")}
    categories, sources = _some(chance, lists["data_category"], 4), _some(chance, lists["database"], 3)
    kind = _some(chance, lists["controller_type"], 1)[0]
    said = _said(title, summary, controller, town, kind, chosen, categories, sources, authorised, days, chance)
    labels = [one[language] for many in (*chosen.values(), categories, sources, [kind]) for one in many for language in ("fr", "en")]
    body = "\n".join([said["public_interest"], said["expected_benefits"], said["population"], controller, town, *labels])
    codes = [_array(one["code"] for one in many) for many in (*chosen.values(), categories)] + [_array(one["slug"] for one in sources)]
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


def _said(
    title: str,
    summary: str,
    controller: str,
    town: str,
    kind: Any,
    chosen: Any,
    categories: Any,
    sources: Any,
    authorised: date,
    days: Any,
    chance: random.Random,
) -> dict[str, Any]:
    said = {
        **{
            "title": title,
            "acronym": "",
            "lay_summary": summary,
            "controller": {"name": controller, "city": town},
            "controller_type": kind,
        },
        **{
            "data_categories": categories,
            "sources": sources,
            "matching": chance.random() < 0.3,
            "matching_kind": None,
            "body_in_charge": None,
        },
        **{
            "public_interest": _prose(chance, 40),
            "expected_benefits": _prose(chance, 40),
            "population": _prose(chance, 25),
            "other_sources": "",
        },
        **{"purpose": None, "legal_basis_6": None, "legal_basis_9": None, "retention_years": chance.randint(2, 20), "dpo_mailbox": ""},
        **{"transfers_outside_eu": False, "automated_decision": False, "procedure": "aut", "opinion": "favourable", "basis": "express"},
        **{"authorised_on": authorised.isoformat(), "authorisation_number": "", "destroyed_on": None, "results": "", "publications": []},
        **{"filed_on": None, "opinion_on": None, "generated": []},
    }
    return {**said, **chosen, **{name: day and day.isoformat() for name, day in days.items()}}


def _prose(chance: random.Random, words: int) -> str:
    """Words in no order, the first of the list far more often than the last."""
    picked = [WORDS[min(int(chance.expovariate(3 / len(WORDS))), len(WORDS) - 1)] for _ in range(words)]
    return " ".join(picked).capitalize() + "."


def _array(codes: Any) -> str:
    return "{" + ",".join(codes) + "}"


if __name__ == "__main__":
    import django

    django.setup()
    publish_many(int(sys.argv[1]))
