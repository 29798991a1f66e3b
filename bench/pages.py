"""What is measured, and against which goal."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import psycopg
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp import DEVICE_ID_SESSION_KEY

from bench import measure, post
from bench.files import download
from bench.population import people_and_dossiers
from bench.texts import COMMON, RARE
from requests_app.models import Dossier
from requests_app.states import State
from tests.requests_app.factories import WORDS, a_dossier
from workflow.outbox import muted

#: What the server may hold while it sends a list of 100,000 dossiers.
MOST_MEGABYTES = 200


@dataclass(frozen=True)
class Page:
    """A page, the goal for its median in milliseconds, the most queries it may make, and whether three times its SQL is a goal."""

    name: str
    path: str
    goal: float
    queries: int
    reader: str = "officer"
    triples: bool = False


def populate(wanted: int) -> dict[str, Any]:
    """Make the dossiers and their texts; the answer is who is who."""
    began = time.perf_counter()
    people = people_and_dossiers(wanted)
    print(f"{Dossier.objects.count():,} dossiers with all their texts made in {time.perf_counter() - began:.0f} s")
    return people


def run(port: int, people: dict[str, Any], server: int) -> None:
    """Measure every page, the files and the moves, and print one line each."""
    cookies = {"officer": signed_in(people["officer"]), "applicant": signed_in(people["owner"]), "visitor": ""}
    browsers = {name: Client(headers={"cookie": cookie, "accept-language": "fr"}) for name, cookie in cookies.items()}
    print(f"{'page':<40}{'median':>9}{'p95':>9}{'goal':>7}{'queries':>9}{'most':>6}{'bare SQL':>10}{'ratio':>7}")
    searches = []
    for page in pages():
        http, statements = measure.over_http(port, page.path, cookies[page.reader]), measure.queries_of(browsers[page.reader], page.path)
        sql = measure.bare(statements)
        show(page, http, statements, sql)
        searches += [(http, sql)] if page.path.startswith("/recherche/") else []
    mix, bare = (measure.together(list(of)) for of in zip(*searches, strict=True))
    missed = "  MISSED: 3 times its SQL" if mix.median > 3 * bare.median else ""
    times = f"{mix.median:>7.1f}ms{mix.p95:>7.1f}ms{'':>22}{bare.median:>8.1f}ms{mix.median / bare.median:>7.1f}"
    print(f"{'search, all of these together':<40}{times}{missed}")
    files(port, cookies["officer"], server)
    moves(port, cookies["officer"], people)


def pages() -> list[Page]:
    """The pages that are measured."""
    dossier = Dossier.objects.filter(state=State.WITH_CNIL).order_by("-pk")[0]
    common, rare = quote(COMMON), quote(RARE)
    return [
        Page("work-list, 60 rows", "/travail/?list=all", 50, 15, triples=True),
        Page("work-list, what is mine", "/travail/?list=mine", 50, 15, triples=True),
        Page("dossier in short", f"/travail/resume/{dossier.reference}/", 40, 20),
        Page("dossier page", f"/dossiers/{dossier.reference}/", 40, 25),
        Page("search, a common word, officer", f"/recherche/?q={common}", 150, 20),
        Page("search, three words, officer", f"/recherche/?q={common}+cohorte+patients", 150, 20),
        Page("search, a rare word, officer", f"/recherche/?q={rare}", 100, 20),
        Page("search, a common word, applicant", f"/recherche/?q={common}", 100, 20, "applicant"),
        Page("search, a rare word, applicant", f"/recherche/?q={rare}", 100, 20, "applicant"),
        Page("my dossiers", "/dossiers/", 80, 20, "applicant"),
        Page("registry list", "/repertoire/", 40, 8, "visitor"),
        Page("registry, a common word", "/repertoire/?q=traitement", 40, 8, "visitor"),
        Page("registry, a word and a filter", "/repertoire/?q=epilepsie&status=running", 40, 8, "visitor"),
    ]


def files(port: int, cookie: str, server: int) -> None:
    """The whole work-list as a file of each kind."""
    print(f"{'file':<40}{'size':>9}{'first':>9}{'last':>9}{'memory before':>15}{'peak':>8}{'goal':>8}")
    for ending in ("csv", "xlsx"):
        one = download(port, f"/travail/liste.{ending}?list=all", cookie, server)
        missed = "  MISSED" if one.peak > MOST_MEGABYTES else ""
        print(
            f"{'the whole list, ' + ending:<40}{one.size:>6.1f} MB{one.first:>7.1f} s{one.last:>7.1f} s{one.before:>12.0f} MB"
            f"{one.peak:>5.0f} MB{MOST_MEGABYTES:>5} MB{missed}"
        )


def show(page: Page, http: measure.Timing, statements: list[str], sql: measure.Timing) -> None:
    """Print one line."""
    print(
        f"{page.name:<40}{http.median:>7.1f}ms{http.p95:>7.1f}ms{page.goal:>5.0f}ms{len(statements):>9}{page.queries:>6}"
        f"{sql.median:>8.1f}ms{http.median / max(sql.median, 0.001):>7.1f}{verdict(page, http, len(statements), sql)}"
    )


def verdict(page: Page, http: measure.Timing, queries: int, sql: measure.Timing) -> str:
    """What misses its goal, in a word."""
    missed = [word for word, bad in (("median", http.median > page.goal), ("queries", queries > page.queries)) if bad]
    missed += ["3 times its SQL"] if page.triples and http.median > 3 * sql.median else []
    missed += ["p95 over twice the median"] if http.p95 > 2 * http.median else []
    return f"  MISSED: {', '.join(missed)}" if missed else ""


def signed_in(user: Any) -> str:
    """The cookie of a session, verified by second factor where somebody has one."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    device = user.totpdevice_set.first()
    if device is not None:
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    return f"sessionid={session.session_key}"


def moves(port: int, cookie: str, people: dict[str, Any]) -> None:
    """A move that does not publish: over HTTP, in process, and the same writes in bare SQL."""
    fresh = [a_dossier(State.SUBMITTED, people) for _ in range(140)]
    by_http = post.moves(port, cookie, [dossier.reference for dossier in fresh[:40]], "declare_complete")
    print(f"{'a move over HTTP':<40}{by_http.median:>7.1f}ms{by_http.p95:>7.1f}ms{25:>5.0f}ms")

    def declare(dossier: Dossier) -> None:
        dossier.declare_complete(by=people["officer"], at=datetime.now(UTC), act=WORDS)

    with muted():
        in_process = measure.each(declare, fresh[40:90])
        statements = writes_of(declare, fresh[90])
    same = measure.each(bare_writes(statements, fresh[90].pk), [dossier.pk for dossier in fresh[91:140]])
    print(f"{'a move in process':<40}{in_process.median:>7.1f}ms{in_process.p95:>7.1f}ms")
    print(f"{'its writes in bare SQL':<40}{same.median:>7.1f}ms{same.p95:>7.1f}ms   ratio {in_process.median / same.median:.1f} (goal 3)")


def writes_of(declare: Callable[[Any], None], dossier: Dossier) -> list[str]:
    """The locking read and the writes of one move, as SQL."""
    with CaptureQueriesContext(connection) as caught:
        declare(dossier)
    made = [query["sql"].strip() for query in caught.captured_queries]
    return [sql for sql in made if sql.startswith(("INSERT", "UPDATE")) or "FOR UPDATE" in sql]


def bare_writes(statements: list[str], of: int) -> Callable[[int], None]:
    """The same statements in one transaction, for another dossier in the same state: triggers and foreign keys work as in the move."""
    plain = psycopg.connect(measure.dsn(), autocommit=True)

    def write(pk: int) -> None:
        with plain.transaction():
            for statement in statements:
                cursor = plain.execute(statement.replace(str(of), str(pk)).encode())  # type: ignore[arg-type]
                if cursor.description:
                    cursor.fetchall()

    return write
