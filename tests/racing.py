"""Two people at the same moment, against the real database: one makes a call while the other's transaction is open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language, override


def waits_for_a_lock() -> bool:
    """Does another connection to this database wait for a lock?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


@contextmanager
def meanwhile(call: Callable[[], Any]) -> Iterator[list[Any]]:
    """Inside the block's transaction somebody else makes this call and has to wait; the answer, or the refusal, is there afterwards."""
    answers: list[Any] = []
    language = get_language()

    def run() -> None:
        try:
            with override(language):
                answers.append(call())
        except Exception as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        yield answers
        other.start()
        until = time.monotonic() + 5
        while not waits_for_a_lock() and not answers and time.monotonic() < until:
            time.sleep(0.01)
        assert not answers, "nobody waited for anybody"
    other.join()


def locked_in(queries: list[dict[str, str]]) -> list[str]:
    """The tables whose rows were locked, in order."""
    return [one["sql"].split(' FROM "', 1)[1].split('"')[0] for one in queries if " FOR UPDATE" in one["sql"]]
