"""The whole registry as a file, live: how fast and in how much memory, beside `\\copy` of the same columns by psql."""

from __future__ import annotations

import subprocess
import time

from bench import measure
from bench.files import download
from tools.postgres import binaries

#: What a process of the server may hold meanwhile, with its part of what it shares, in megabytes, and the share of the speed of `\copy`.
MOST_MEGABYTES = 150
LEAST_SHARE = 0.7
ROUNDS = 3


def run(port: int, server: int) -> None:
    """Print one line for each live format: rows a second, the same by `\\copy`, their ratio, and the memory of the server."""
    from registry.models import Fiche
    from registry.reuse.answers import today
    from registry.reuse.exports import AS_IT_IS, Selection, csv_sql, json_sql

    rows, selection = Fiche.objects.live().count(), Selection(today())
    title = f"registry export, {rows:,} fiches"
    print(f"{title:<40}{'size':>11}{'rows/s':>10}{'copy':>10}{'ratio':>7}{'goal':>6}{'memory':>9}{'peak':>9}{'goal':>8}")
    for ending, statement, options in (("csv", csv_sql(selection), "FORMAT csv"), ("jsonl", json_sql(selection), AS_IT_IS)):
        _show(ending, rows, statement, options, port, server)


def _show(ending: str, rows: int, statement: str, options: str, port: int, server: int) -> None:
    bare, mine = [], []
    for _round in range(ROUNDS):  # in turn, so that both find the same machine
        bare.append(copied(statement, options))
        mine.append(download(port, f"/repertoire/donnees/repertoire.{ending}", "", server, fair=True))
    fastest, peak = min(one.last for one in mine), max(one.peak for one in mine)
    share = min(bare) / fastest
    missed = [word for word, bad in (("speed", share < LEAST_SHARE), ("memory", peak > MOST_MEGABYTES)) if bad]
    print(
        f"{ending:<40}{mine[0].size:>8,.0f} MB{rows / fastest:>10,.0f}{rows / min(bare):>10,.0f}{share:>7.2f}{LEAST_SHARE:>6.1f}"
        f"{mine[0].before:>6.0f} MB{peak:>6.0f} MB{MOST_MEGABYTES:>5} MB{'  MISSED: ' + ', '.join(missed) if missed else ''}"
    )


def copied(statement: str, options: str) -> float:
    """How many seconds psql needs to copy the rows of a statement to nowhere."""
    line = f"\\copy ({' '.join(statement.split())}) TO '/dev/null' ({options})"
    began = time.perf_counter()
    subprocess.run([str(binaries() / "psql"), "-X", "-q", "-c", line, measure.dsn()], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
