"""Published fiches by the thousand or the million, as plausible as the vocabularies allow, written by COPY.

    DATABASE_URL=… DJANGO_SETTINGS_MODULE=config.settings python -m bench.fiches 100000

Their origin says that they were generated. They have the rows of the search and its filters, and no kept versions. The same number gives
the same fiches.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bench.plausible import SAID, controllers, sentences

FIRST_DAY = date(2017, 4, 1)
DAYS = 3500
COLUMNS = """
    pos, origin, live, state_version, number, published_at, updated_at, version, said, added, title, acronym, lay_summary, body, sort_key,
    controller_name, objectives, domains, data_categories, databases, controller_type, matching, procedure, opinion, authorised_on,
    starts_on, ends_on, opened_on, ended_on, results_on, results_due_on, suspended, is_demonstration
"""
PROCEDURES, OPINIONS = ("aut", "mr004", "mr007", "mr008", "du"), ("favourable", "recommendations", "tacit", "reserved")
#: Beyond so many, indexes of words are built once the rows are there.
MANY = 50_000
INDEXES = {"fiche_words_tsv": "registry_fichewords USING gin (tsv)", "fiche_search_title_tsv": "registry_fichesearch USING gin (title_tsv)"}


def publish_many(wanted: int) -> None:
    """Publish `wanted` more fiches, with all that the search keeps of them."""
    from django.db import connection, transaction

    from registry.publication import next_version
    from registry.tasks import keep_search_ready

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT coalesce(max(pos), -1) + 1, coalesce(max(substring(number from 'F([0-9]{14})')), '0') FROM registry_fiche")
        first, taken = cursor.fetchone()
        lists = _lists()  # before COPY, during which the connection asks nothing else
        rows = _rows(range(first, first + wanted), int(taken), next_version(), lists)
        with cursor.copy(f"COPY registry_fiche ({COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    _find_them(first, wanted)
    with connection.cursor() as cursor:
        for table in ("registry_fiche", "registry_fichesearch", "registry_fichewords", "registry_facetcode"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    keep_search_ready()


def _find_them(first: int, wanted: int) -> None:
    """Write the rows of the search, on two connections at once when they are very many."""
    from django.db import connection

    many = wanted >= MANY
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for name in INDEXES if many else ():
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SELECT registry_number(%s, %s)", [first, first + wanted - 1])  # two connections must not number the same value
    middle, last = first + wanted // 2, first + wanted - 1
    halves = [(first, middle), (middle + 1, last)] if many else [(first, last)]
    threads = [threading.Thread(target=_index, args=half) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connection.cursor() as cursor:
        for name, column in INDEXES.items() if many else ():
            cursor.execute(f"CREATE INDEX {name} ON {column} WITH (fastupdate = off)")


def _index(first: int, last: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for start in range(first, last + 1, 20_000):
            cursor.execute("SELECT registry_index(%s, %s)", [start, min(start + 19_999, last)])
    connection.close()


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


def _rows(places: range, taken: int, version: int, lists: dict[str, list[Any]]) -> Iterator[list[Any]]:
    chance = random.Random(20 + places.start)
    said, bodies = sentences(), controllers()
    step = timedelta(days=DAYS) / max(len(places), 1)
    number = taken
    for rank, place in enumerate(places):
        at = datetime.combine(FIRST_DAY, time(9), UTC) + step * rank
        number = max(number + 1, int(f"{at:%Y%m%d%H%M%S}"))
        yield _row(place, version, f"F{number:014d}", at, lists, said, bodies, chance)


def _some(chance: random.Random, values: Sequence[Any], most: int) -> list[Any]:
    """A few values, the first of the list far more often than the last."""
    picked = {min(int(chance.expovariate(4 / len(values))), len(values) - 1) for _ in range(chance.randint(1, most))}
    return [values[place] for place in sorted(picked)]


def _prose(chance: random.Random, said: Sequence[str], many: int) -> str:
    return " ".join(said[int(chance.random() * len(said))] for _ in range(many))


def _row(
    place: int,
    version: int,
    number: str,
    at: datetime,
    lists: dict[str, list[Any]],
    sentences_: Sequence[str],
    bodies: Sequence[tuple[str, str]],
    chance: random.Random,
) -> list[Any]:
    disease, aim, drug = (chance.choice(SAID[name]) for name in ("disease", "aim", "drug"))
    controller, town = bodies[min(int(chance.paretovariate(0.45)) - 1, len(bodies) - 1)]
    title = f"{aim.capitalize()} et {disease} : étude à partir des données de soins ({town})"
    days = _calendar(at.date(), chance)
    terms = {name: _some(chance, lists[name.removesuffix("s")], 3) for name in ("objectives", "domains")}
    terms["data_categories"] = _some(chance, lists["data_category"], 4)
    sources, kind = _some(chance, lists["database"], 3), _some(chance, lists["controller_type"], 1)[0]
    said = terms | {
        "title": title,
        "lay_summary": f"Ce projet étudie {aim} des personnes atteintes de {disease}. {_prose(chance, sentences_, 4)}",
        "public_interest": f"{_prose(chance, sentences_, 1)} Le traitement par {drug} est comparé.",
        "expected_benefits": _prose(chance, sentences_, 1),
        "population": f"Personnes atteintes de {disease}, suivies par {controller}.",
        "controller": {"name": controller, "city": town},
        "controller_type": kind,
        "sources": sources,
        "matching": chance.random() < 0.3,
        "procedure": PROCEDURES[min(int(chance.expovariate(1.2)), 4)],
        "opinion": OPINIONS[min(int(chance.expovariate(1.2)), 3)],
        "basis": "express",
        "authorised_on": at.date().isoformat(),
        "retention_years": 5,
        "generated": [],
    }
    said |= {name: day and day.isoformat() for name, day in days.items()}
    said |= {"suspended": True} if chance.random() < 0.01 else {}
    return _columns(place, version, number, at, said, days)


def _columns(place: int, version: int, number: str, at: datetime, said: dict[str, Any], days: dict[str, Any]) -> list[Any]:
    lists = [said[name] for name in ("objectives", "domains", "data_categories", "sources")]
    labels = [one[language] for many in (*lists, [said["controller_type"]]) for one in many for language in ("fr", "en")]
    body = "\n".join(
        [*(said[name] for name in ("public_interest", "expected_benefits", "population")), *said["controller"].values(), *labels]
    )
    codes = [_array(one["code"] for one in many) for many in lists[:3]] + [_array(one["slug"] for one in lists[3])]
    told = json.dumps(said, ensure_ascii=False)
    return [
        *(place, "generated", True, version, number, at, at, 1, told, "{}", said["title"], "", said["lay_summary"], body),
        *(said["title"].lower(), said["controller"]["name"], *codes, said["controller_type"]["code"], said["matching"]),
        *(said["procedure"], said["opinion"], at.date(), *days.values(), said.get("suspended", False), False),
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


def _array(codes: Any) -> str:
    return "{" + ",".join(codes) + "}"


if __name__ == "__main__":
    import django

    django.setup()
    publish_many(int(sys.argv[1]))
