"""Citizens' requests: how many the site accepts in a second, sealed, over HTTP, beside the same rows inserted in bare SQL.

What is sent was sealed before, as a browser does: to seal is its work. In bare SQL the rows go into tables with the same columns,
constraints and indexes, one transaction for each request, on one connection.
"""

from __future__ import annotations

import base64
import http.client
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation, User
from catalogue.models import Database
from rights.asking import passes
from rights.entitlements.models import Entitlement
from rights.envelopes import sealing, signing
from rights.envelopes.directory import statement_of
from rights.envelopes.models import ControllerKey
from rights.models import Request

PATH = "/droits/demande/envoi/"
#: Clients at once: as many as the two processes have threads.
CLIENTS = 8
WARM_UP = 20


def run(port: int, count: int) -> None:
    """Send so many requests, insert the same rows, and print."""
    call_command("make_keys", verbosity=0)
    key = a_controller()
    bodies = [body_of(key) for _one in range(count + WARM_UP + 1)]
    tables = written_by(bodies.pop())
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda body: send(port, body), bodies[:WARM_UP]))
        marks = {table: last_of(table) for table in tables}
        began = time.perf_counter()
        list(pool.map(lambda body: send(port, body), bodies[WARM_UP:]))
        taken = time.perf_counter() - began
    bare = inserted(marks, count)
    print(
        f"citizens' requests accepted: {count / taken:,.0f} a second over HTTP; the same rows in bare SQL: {count / bare:,.0f} a second",
        flush=True,
    )
    print(f"  {taken / bare:.1f} times the bare inserts ({len(tables)} tables: {', '.join(tables)})", flush=True)


def a_controller() -> ControllerKey:
    """A controller with one database, one approved right and one compared key."""
    people = [User.objects.create_user(email=f"{secrets.token_hex(6)}@example.org", password=None) for _one in range(2)]
    now = timezone.now() - timedelta(hours=1)
    holder = Organisation.objects.create(name="Responsable du banc")
    database = Database.objects.create(acronym="BANC", slug="banc", level="catalogue", holder=holder)
    told = {"available": "yes", "valid": DateRange(date(2020, 1, 1), None), "source": "banc", "declared_at": now, "approved_at": now}
    Entitlement.objects.create(database=database, right="access", declared_by=people[0], approved_by=people[1], **told)
    point = sealing.raw(ec.generate_private_key(ec.SECP256R1()).public_key())
    key = ControllerKey(
        organisation=holder,
        public=base64.b64encode(point).decode(),
        fingerprint=sealing.fingerprint(point),
        registered_at=now,
        registered_by=people[0],
        valid_from=now,
        verified_at=now,
        verified_by=people[1],
    )
    made = signing.signed(statement_of(key, now))
    key.signature, key.signer = made.signature, made.signer
    key.save()
    return key


def body_of(key: ControllerKey) -> tuple[str, bytes]:
    """The type and the bytes of one request, as a browser with scripts sends it."""
    token = passes.new_token()
    ticket = passes.ticket_from(token, timezone.now() - timedelta(seconds=1))
    sealed = sealing.seal({"v": 1, "form": passes.hash_of(token)}, key.raw, sealing.info_of("banc", key.fingerprint))
    fields = {"token": token, "ticket": ticket, "step": "identity", "capacity": "self", "databases": "banc", "right_banc": "access"}
    fields |= {"sealed": "1", "key-banc": key.fingerprint}
    mark = secrets.token_hex(12)
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="sealed-banc"; filename="sealed"\r\n\r\n'
    return f"multipart/form-data; boundary={mark}", b"".join(parts) + head.encode() + sealed + f"\r\n--{mark}--\r\n".encode()


def send(port: int, body: tuple[str, bytes]) -> None:
    """One request on a line of its own; raises RuntimeError unless it is taken."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", PATH, body[1], {"Content-Type": body[0]})
    answer = line.getresponse()
    told = answer.read()
    line.close()
    if answer.status != 200 or b"taken" not in told:
        raise RuntimeError(f"{PATH} answered {answer.status}: {told[:200]!r}")


def written_by(body: tuple[str, bytes]) -> list[str]:
    """The tables into which one request writes rows."""
    with CaptureQueriesContext(connection) as found:
        Client().generic("POST", PATH, body[1], content_type=body[0])
    if not Request.objects.exists():
        raise RuntimeError("the first request was not taken")
    return list(dict.fromkeys(re.findall(r'INSERT INTO "(\w+)"', " ".join(query["sql"] for query in found.captured_queries))))


def last_of(table: str) -> Any:
    """The last key of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max("{key_of(table)}") FROM "{table}"')
        return cursor.fetchone()[0]


def key_of(table: str) -> str:
    """The column by which the rows of a table are ordered as they came."""
    with connection.cursor() as cursor:
        return str(connection.introspection.get_primary_key_column(cursor, table))


def inserted(marks: dict[str, Any], count: int) -> float:
    """Seconds that the rows of so many requests take, request by request, in bare SQL."""
    told = connection.get_connection_params()
    with psycopg.connect(**{name: told[name] for name in ("host", "port", "user", "password", "dbname") if told.get(name)}) as line:
        work = [group for table, last in marks.items() for group in [copied(line, table, last, count)]]
        line.commit()
        began = time.perf_counter()
        for place in range(count):
            for words, rows in work:
                for row in rows[place]:
                    line.execute(words, row)
            line.commit()
        return time.perf_counter() - began


def copied(line: Any, table: str, last: Any, count: int) -> tuple[str, list[list[Any]]]:
    """The statement that inserts into a copy of a table, and the rows of each request."""
    line.execute(f'CREATE TABLE "bare_{table}" (LIKE "{table}" INCLUDING ALL)')
    rows = line.execute(f'SELECT * FROM "{table}" WHERE "{key_of(table)}" > %s ORDER BY "{key_of(table)}"', [last]).fetchall()
    columns = [f'"{one.name}"' for one in line.execute(f'SELECT * FROM "{table}" LIMIT 0').description]
    each = len(rows) // count
    words = f'INSERT INTO "bare_{table}" ({", ".join(columns)}) VALUES ({", ".join(["%s"] * len(columns))})'
    adapted = [[psycopg.types.json.Jsonb(value) if isinstance(value, dict) else value for value in row] for row in rows]
    return words, [adapted[place * each : (place + 1) * each] for place in range(count)]
