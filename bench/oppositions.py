"""The filter of the oppositions: an extraction of ten million lines against a set of a million tokens, in a stream, on two processes.

What is measured is the tool itself, as a controller runs it: checking the set, every line, the hash and the file that it writes;
beside it, csv reading the same file alone. Memory is that of all its processes together, what they share counted once (PSS).
"""

from __future__ import annotations

import contextlib
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools import opposition_sets as sets
from tools.opposition_filter import WIDTH, Tokens, root_of
from tools.opposition_tokens import make_keys

SECONDS_GOAL, MEMORY_GOAL, PROCESSES = 60, 300, 2
HEAD = b"ID_PATIENT;DATE_SOIN;CODE;MONTANT\n"


def identifier(number: int) -> bytes:
    """A pseudonym as long as those of the national system, of which no two are alike."""
    return b"%064x" % (number * 0x9E3779B97F4A7C15 + 0xC0FFEE)


def run(lines: int, tokens: int) -> None:
    """Make a set and an extraction, filter it, print."""
    with tempfile.TemporaryDirectory(prefix="guichet-bench-", dir="/tmp") as name:
        folder = Path(name)
        write_set(folder, lines, tokens)
        with (folder / "extraction.csv").open("wb") as file:
            file.write(HEAD)
            file.writelines(b"%b;2025-%02d-14;J45.0;%d.50\n" % (identifier(place), place % 12 + 1, place % 900) for place in range(lines))
        began = time.perf_counter()
        memory = watched([*_words(folder), str(folder / "extraction.csv"), str(folder / "sortie.csv")])
        taken = time.perf_counter() - began
        kept = sum(1 for _line in (folder / "sortie.csv").open("rb")) - 1
        excluded = min(lines, tokens // 2)
        if kept != lines - excluded:
            raise RuntimeError(f"the filter kept {kept} lines, and should have kept {lines - excluded}")
        alone = read_alone(folder / "extraction.csv")
    told = (
        f"{lines:,} lines against {tokens:,} tokens in {taken:.1f} s (goal {SECONDS_GOAL}), {taken / alone:.1f} times reading them with csv"
    )
    print(f"oppositions: {told}; {memory:.0f} MB (goal {MEMORY_GOAL}), {excluded:,} left out", flush=True)


def write_set(folder: Path, lines: int, tokens: int) -> None:
    """A set of which one half stands in the extraction."""
    make_keys(folder / "cles")
    keys = sets.keys_of(str(folder / "cles"))
    made = Tokens(keys.tokens, "bench")
    wanted = [*range(min(lines, tokens // 2)), *range(lines, lines + tokens - min(lines, tokens // 2))]
    found = sorted(made.of(identifier(number)) for number in wanted)
    said = {"format": sets.SET, "database": "bench", "version": 1, "root": root_of(found), "token_key": keys.check}
    head = sets.canonical({"signed": said, "studies": []})
    (folder / "bench.set").write_bytes(head + b"\n" + b"".join(found))
    if len(found[0]) != WIDTH:
        raise RuntimeError("a token has another width")


def _words(folder: Path) -> list[str]:
    told = ["--jeu", str(folder / "bench.set"), "--colonne", "ID_PATIENT", "--processus", str(PROCESSES)]
    return [sys.executable, "-m", "tools.opposition_tokens", "filtrer", str(folder / "cles"), *told]


def watched(words: list[str]) -> float:
    """Run a command; the most memory that its processes held together, in MB."""
    most = 0.0
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(held(one) for one in family(process.pid)))
            time.sleep(0.25)
    if process.returncode:
        raise RuntimeError(f"the filter ended with {process.returncode}")
    return most / 1024


def family(pid: int) -> Iterator[int]:
    """A process and its children."""
    yield pid
    with contextlib.suppress(OSError):
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())


def held(pid: int) -> int:
    """What a process holds, its part of what is shared, in kB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def read_alone(path: Path) -> float:
    """How long csv takes to read the file and do nothing with it."""
    began = time.perf_counter()
    with path.open(encoding="ascii", newline="") as file:
        for _row in csv.reader(file, delimiter=";"):
            pass
    return time.perf_counter() - began


if __name__ == "__main__":
    run(int(os.environ.get("LINES", 10_000_000)), int(os.environ.get("TOKENS", 1_000_000)))
