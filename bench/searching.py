"""The search of the registry by class of query: one visitor and four at once, sets of words asked anew and kept, beside its bare SQL."""

from __future__ import annotations

import http.client
import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections
from django.http import QueryDict
from django.test import Client

from bench import measure

DAY = date(2026, 6, 15)
SECONDS = 20.0
PHRASES = ("parcours de soins", "qualité de vie", "cancer du sein", "accès aux soins", "insuffisance cardiaque")
#: Median and 95th percentile of the mix, in milliseconds: asked anew, with kept sets of words.
GOALS = {False: (60, 600), True: (15, 50)}
MOST_MEGABYTES = 200
FILTERS = "&domain=oncology&objective=patient_care&status=running"


def classes() -> dict[str, list[str]]:
    """Addresses by class of query, their words chosen by how many fiches hold them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_fichesearch")
        total = cursor.fetchone()[0]
    common, medium, rare = (words(share * total) for share in (0.3, 0.01, 0.00016))
    return {
        "no words": [""],
        "one filter": ["domain=oncology", "status=ended", "year=2020", "organisation=" + organisation()],
        "three filters": [FILTERS[1:], "matching=yes&procedure=aut&year=2021", "results=yes&opinion=tacit&category=care_activities"],
        "a rare word": [f"q={word}" for word in rare],
        "a medium word": [f"q={word}" for word in medium],
        "a common word": [f"q={word}" for word in common],
        "two words": [f"q={one}+{other}" for one, other in zip(common, medium, strict=False)],
        "a phrase": [f'q="{phrase}"' for phrase in PHRASES],
        "common, three filters": [f"q={word}{FILTERS}" for word in common],
        "common, page 400": [f"q={word}&page=400" for word in common],
        "a beginning": [f"q={start}" for start in ("cardi", "neur", "gastro", "derma", "hépat")],
    }


def words(wanted: float) -> list[str]:
    """The words that are held by about so many fiches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM registry_searchword WHERE seen > 0 ORDER BY abs(ln(seen) - ln(%s)), word LIMIT 8", [wanted])
        return [word for (word,) in cursor.fetchall()]


def organisation() -> str:
    """A controller of many fiches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM registry_facetcode WHERE facet = 'organisation' ORDER BY id LIMIT 1")
        return str(cursor.fetchone()[0])


def run(port: int, server: int) -> None:
    """Measure, and print one line for each class and each mix."""
    asked = classes()
    print(f"{'search':<24}{'1 visitor':>20}{'4 visitors':>20}{'kept, 4 visitors':>20}{'bare SQL':>11}{'ratio':>7}{'queries':>9}")
    alone, four, kept = (at_once(asked, many, warm=warm) for many, warm in ((1, False), (4, False), (4, True)))
    for name, addresses in asked.items():
        statements = queries(addresses[0])
        sql = measure.bare(statements, 10)
        ratio = measure.timing(alone[name]).median / max(sql.median, 0.01)
        print(f"{name:<24}{_told(alone[name])}{_told(four[name])}{_told(kept[name])}{sql.median:>8.1f} ms{ratio:>7.1f}{len(statements):>9}")
    print(f"{'the whole mix':<24}{_told(_all(alone))}{_told(_all(four))}{_told(_all(kept))}{_missed(_all(four), _all(kept))}")
    pages(port, asked, measure.timing(_all(kept)).median)
    memory(server)


def _all(taken: dict[str, list[float]]) -> list[float]:
    return [one for many in taken.values() for one in many]


def _told(taken: list[float]) -> str:
    timing = measure.timing(taken)
    return f"{timing.median:>9.1f} /{timing.p95:>6.0f} ms"


def _missed(anew: list[float], kept: list[float]) -> str:
    missed = []
    for taken, warm in ((anew, False), (kept, True)):
        timing, (median, p95) = measure.timing(taken), GOALS[warm]
        missed += [f"{'kept' if warm else 'anew'} {median}/{p95}"] if timing.median > median or timing.p95 > p95 else []
    return f"  MISSED: {', '.join(missed)}" if missed else ""


def at_once(asked: dict[str, list[str]], many: int, *, warm: bool) -> dict[str, list[float]]:
    """How long searches take, by class, when so many processes search at the same time; each class has the same share."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    queue: Any = context.Queue()
    visitors = [context.Process(target=_visitor, args=(queue, asked, seed, warm)) for seed in range(many)]
    for visitor in visitors:
        visitor.start()
    answers = [queue.get(timeout=SECONDS * 10) for _ in visitors]
    for visitor in visitors:
        visitor.join()
    return {name: [one for answer in answers for one in answer[name]] for name in asked}


def _visitor(queue: Any, asked: dict[str, list[str]], seed: int, warm: bool) -> None:
    from registry.finding import hits
    from registry.search import Query, search

    queries_ = {name: [Query.from_address(QueryDict(address)) for address in addresses] for name, addresses in asked.items()}
    for query in [one for many in queries_.values() for one in many] if warm else [Query(), Query("patients")]:
        search(query, on=DAY)
    chance, taken = random.Random(seed), {name: list[float]() for name in asked}
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        for name in chance.sample(list(asked), len(asked)):
            if not warm:
                hits.forget()
            began = time.perf_counter()
            search(chance.choice(queries_[name]), on=DAY)
            taken[name].append(time.perf_counter() - began)
    queue.put(taken)


def queries(address: str) -> list[str]:
    """The SQL of one search whose words are asked anew."""
    from registry.finding import hits
    from registry.search import Query, search

    query = Query.from_address(QueryDict(address))
    search(query, on=DAY)
    hits.forget()
    caught: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        caught.append(psycopg.ClientCursor(connection.connection).mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        search(query, on=DAY)
    return caught


def pages(port: int, asked: dict[str, list[str]], search: float) -> None:
    """The whole page over HTTP, four visitors at once, sets of words kept; and its queries, that no search changes."""
    addresses = [f"/repertoire/?{address}" for many in asked.values() for address in many]
    four = _http(port, addresses, 4)
    timing = measure.timing(four)
    counts = {name: len(measure.queries_of(Client(), f"/repertoire/?{many[0]}")) for name, many in asked.items()}
    over = timing.median - search
    missed = "  MISSED: 40" if over > 40 else ""
    print(f"{'the whole page, HTTP':<24}{'':>20}{'':>20}{_told(four)}  {over:.0f} ms more than the search{missed}")
    print(f"queries of a page, words kept: {min(counts.values())} to {max(counts.values())}")


def _http(port: int, addresses: list[str], many: int) -> list[float]:
    taken: list[float] = []

    def visit(seed: int) -> None:
        line, chance = http.client.HTTPConnection("127.0.0.1", port, timeout=120), random.Random(seed)
        for round_ in range(2):
            for address in chance.sample(addresses, len(addresses)):
                began = time.perf_counter()
                line.request("GET", _quoted(address), headers={"Accept-Language": "fr"})
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{address} answered {answer.status}")
                if round_:
                    taken.append(time.perf_counter() - began)

    _together([lambda seed=seed: visit(seed) for seed in range(many)])
    return taken


def _together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _quoted(address: str) -> str:
    from urllib.parse import quote

    return quote(address, safe="/?&=+")


def memory(server: int) -> None:
    """What each worker holds after all this: its own and what it shares, and its fair part of it."""
    for pid in _workers(server):
        told = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
        resident, fair = (int(told[told.index(name) + 1]) / 1024 for name in ("Rss:", "Pss:"))
        missed = f"  MISSED: {MOST_MEGABYTES}" if fair > MOST_MEGABYTES else ""
        print(f"memory of a worker: {resident:.0f} MB with what it shares, {fair:.0f} MB for its part{missed}")


def _workers(server: int) -> Iterator[int]:
    yield from (int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split())
