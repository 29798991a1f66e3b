"""How long a page takes over HTTP, how many queries it makes, and how long those queries take run bare."""

from __future__ import annotations

import http.client
import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROUNDS = 120
WARM_UP = 20


@dataclass(frozen=True)
class Timing:
    """Milliseconds."""

    median: float
    p95: float
    taken: tuple[float, ...] = ()


def timing(seconds: list[float]) -> Timing:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(seconds)
    taken = tuple(one * 1000 for one in ordered)
    return Timing(statistics.median(taken), taken[int(len(taken) * 0.95)], taken)


def together(timings: list[Timing]) -> Timing:
    """Several timings as one mix, each with its share."""
    return timing([one / 1000 for each_ in timings for one in each_.taken])


def over_http(port: int, path: str, cookie: str, *, expected: int = 200) -> Timing:
    """Time GET requests on one kept-alive connection."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    taken = []
    for round_ in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "fr"})
        answer = line.getresponse()
        answer.read()
        if answer.status != expected:
            raise RuntimeError(f"{path} answered {answer.status}")
        if round_ >= WARM_UP:
            taken.append(time.perf_counter() - began)
    return timing(taken)


def queries_of(client: Client, path: str) -> list[str]:
    """The SQL that one view of a page runs."""
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return [re.sub(r"^DECLARE .*? FOR ", "", query["sql"]) for query in caught.captured_queries]


def bare(statements: list[str], rounds: int = ROUNDS) -> Timing:
    """Time the same statements over one plain connection, rows fetched and thrown away."""
    taken = []
    with psycopg.connect(dsn(), autocommit=True) as plain:
        warm_up = WARM_UP if rounds == ROUNDS else 2
        for round_ in range(warm_up + rounds):
            began = time.perf_counter()
            for statement in statements:
                cursor = plain.execute(statement.encode())  # type: ignore[arg-type]
                if cursor.description:
                    cursor.fetchall()
            if round_ >= warm_up:
                taken.append(time.perf_counter() - began)
    return timing(taken)


def dsn() -> str:
    """The bench database, as psycopg takes it."""
    return os.environ["DATABASE_URL"]


def each(action: Callable[[Any], None], things: list[Any]) -> Timing:
    """Time an action on each of several things."""
    taken = []
    for thing in things:
        began = time.perf_counter()
        action(thing)
        taken.append(time.perf_counter() - began)
    return timing(taken[len(taken) // 10 :])
