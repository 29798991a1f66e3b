"""Deposits of linkage tables: lines a second, beside Python's csv reading the same file alone, and the memory above the idle process.

Each set is deposited in a child process that holds nothing else, from a file of plausible lines that dies with the measure.
"""

from __future__ import annotations

import csv
import gc
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

CHUNK = 65_536  # as the site receives an upload
MEMORY_GOAL = 150
ON = date(2026, 11, 22)
LAST_NAMES = ("MARTIN", "D'ALEMBERT", "Le Goff", "Müller", "Nguyễn", "PETIT-JEAN", "Œuvré", "DE LA TOUR")
FIRST_NAMES = ("Élodie", "JEAN-PIERRE", "Marie Thérèse", "Zoé", "Ahmed", "Chloë", "LOUIS", "Anne")
HEADS = {
    "triplet_or_nir": "Id_acc;NIR ouvrant droit;Sexe bénéficiaire;Date naissance bénéficiaire;NIR bénéficiaire",
    "reconstruction": "Id_acc;Nom;Prénom;Date naissance;Sexe;Lieu de naissance",
}


def table(code: str, lines: int) -> Iterator[str]:
    """A table of so many sound lines of this set; the same number gives the same table."""
    chance = random.Random(lines)
    yield HEADS[code]
    for place in range(lines):
        year, month, day, sex = chance.randrange(1920, 2020), chance.randrange(1, 13), chance.randrange(1, 29), chance.choice("12")
        born, where = f"{year}{month:02}{day:02}", f"{chance.randrange(21, 96)}{chance.randrange(1, 600):03}"
        identifier = f"C{place * 7_919 % 100_000_007:09}"
        if code == "reconstruction":
            yield f"{identifier};{chance.choice(LAST_NAMES)};{chance.choice(FIRST_NAMES)};{born};{sex};{where}"
        else:
            number = f"{sex}{year % 100:02}{month:02}{where}{chance.randrange(1, 999):03}"
            insured = f"1{chance.randrange(20, 99)}0{chance.randrange(1, 9)}75116{chance.randrange(1, 999):03}"
            yield f"{identifier};{insured if place % 3 else ''};{sex};{born};{number if place % 3 != 1 else ''}"


def run(lines: int) -> None:
    """Measure both sets in processes of their own, and print."""
    for code in HEADS:
        with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", dir="/tmp") as file:
            file.writelines(f"{line}\n" for line in table(code, lines))
            file.flush()
            words = [sys.executable, "-m", "bench.deposits", code, file.name]
            print(subprocess.run(words, check=True, capture_output=True, text=True).stdout, end="", flush=True)


def measured(code: str, path: Path) -> str:
    """What one deposit of this file took, in this process."""
    import pyrage

    from extractions.linkage.columns import RECONSTRUCTION, TRIPLET_OR_NIR, column_set, with_place_of_birth
    from extractions.linkage.sealing import Seal

    asked = column_set(with_place_of_birth(RECONSTRUCTION) if code == "reconstruction" else TRIPLET_OR_NIR)
    key = str(pyrage.x25519.Identity.generate().to_public())
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget what importing took
    idle = _memory("VmRSS")
    began, used = time.perf_counter(), time.process_time()
    with path.open("rb") as file, Path(os.devnull).open("wb") as sink, Seal(asked, [key], sink, on=ON) as seal:
        while chunk := file.read(CHUNK):
            seal.feed(chunk)
        receipt = seal.finish()
    whole, own, above = time.perf_counter() - began, time.process_time() - used, _memory("VmHWM") - idle
    if not receipt.is_accepted:
        raise RuntimeError(f"the bench's own table was refused: {receipt.errors.counts}")
    alone = _read_alone(path)
    speed = f"{receipt.lines / own:,.0f} lines a second of processor, {own / alone:.1f} times reading them with csv"
    done = f"{receipt.lines:,} lines of {code} checked and encrypted in {whole:.1f} s"
    return f"{done}: {speed}; {above:.0f} MB above idle (goal {MEMORY_GOAL})"


def _read_alone(path: Path) -> float:
    began = time.process_time()
    with path.open(encoding="utf-8", newline="") as file:
        for _row in csv.reader(file, delimiter=";"):
            pass
    return time.process_time() - began


def _memory(field: str) -> float:
    """What the process holds now (VmRSS), or held at most since it was last forgotten (VmHWM), in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(measured(sys.argv[1], Path(sys.argv[2])))
