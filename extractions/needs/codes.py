"""Lists of codes as people paste or send them: any separators, with or without labels, checked for the form of the nomenclature.

The form is checked, and not whether a code exists: nomenclatures change each year, and a need may speak of an old year.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from contracts.text.clean import clean

#: A list longer than this is not written by people.
MOST_CODES = 20_000
LONGEST_LABEL = 300
LONGEST_TEXT = 2_000_000
#: So many faulty lines are named; the others are counted.
MOST_SHOWN = 30
_SHOWN_OF_CODE = 24


class Nomenclature(StrEnum):
    """The nomenclature that a criterion speaks: diagnoses, acts, medicines, or any other."""

    CIM10 = "cim10"
    CCAM = "ccam"
    ATC = "atc"
    OTHER = "other"


class Code(NamedTuple):
    """One code in its normal form, with what it means as far as the list says."""

    code: str
    label: str = ""


class Fault(NamedTuple):
    """A line that cannot be read: its number, why as a code, and what stands there."""

    line: int
    why: str
    found: str


class Parsed(NamedTuple):
    """What a list says: its codes in order, how often one was said again, what is wrong, and how many faults there are in all."""

    codes: tuple[Code, ...]
    merged: int
    faults: tuple[Fault, ...]
    wrong: int


_CIM10 = r"[A-Z][0-9]{2}(?:\.?[0-9A-Z+]{1,4})?"
_FORMS: dict[Nomenclature, re.Pattern[str]] = {
    Nomenclature.CIM10: re.compile(rf"{_CIM10}|{_CIM10}-{_CIM10}|[A-Z](?:[0-9](?:[0-9](?:\.?[0-9A-Z+]{{0,3}})?)?)?\*"),
    Nomenclature.CCAM: re.compile(r"[A-Z]{4}[0-9]{3}"),
    Nomenclature.ATC: re.compile(r"[ABCDGHJLMNPRSV](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?"),
    Nomenclature.OTHER: re.compile(r"(?![0-9]{13})[A-Z0-9][A-Z0-9._/+*-]{0,29}"),
}
_DASHES = re.compile(r"(?<=[0-9A-Z+])\s*[-–—]\s*(?=[A-Z][0-9]{2})")
_SEPARATORS = ("\t", ";", "|", ",")
#: The first line of a table may name its columns.
_HEADS = frozenset({"CODE", "CODES", "CIM10", "CIM-10", "CIM", "ICD10", "ICD-10", "CCAM", "ATC", "CODE_CIM10", "CODE_CCAM", "CODE_ATC"})


def normal(said: str, nomenclature: Nomenclature) -> str:
    """A code as the databases write it: capitals, and no dot in a diagnosis."""
    code = said.strip().strip("\"'").strip().rstrip(":").upper()
    if nomenclature is Nomenclature.CIM10:
        return code.replace(".", "").replace("–", "-").replace("—", "-")
    return code


def fault_of(code: str, nomenclature: Nomenclature) -> str:
    """What is wrong with the form of a code in its normal form; empty when it is sound."""
    if not _FORMS[nomenclature].fullmatch(code):
        return "form"
    first, dash, last = code.partition("-")
    if nomenclature is Nomenclature.CIM10 and dash and first > last:
        return "range"
    return ""


def parse(text: str, nomenclature: Nomenclature) -> Parsed:
    """The codes of a list in their order, each once; faulty lines are named, and nothing is guessed."""
    found: dict[str, str] = {}
    faults: list[Fault] = []
    said = 0
    for line, cells in _lines(text, nomenclature):
        for code, label in _of_line(cells, nomenclature):
            why = fault_of(code, nomenclature) or ("label" if len(label) > LONGEST_LABEL else "")
            if why:
                faults.append(Fault(line, why, code[:_SHOWN_OF_CODE]))
                continue
            said += 1
            found[code] = found.get(code) or label
    if len(found) > MOST_CODES:
        faults.append(Fault(0, "many", str(len(found))))
    codes = tuple(Code(code, found[code]) for code in sorted(found))
    return Parsed(codes, said - len(found), tuple(faults[:MOST_SHOWN]), len(faults))


def _lines(text: str, nomenclature: Nomenclature) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something, as cells."""
    first = True
    for number, raw in enumerate(text.replace("\ufeff", "").splitlines(), 1):
        if not raw.strip():
            continue
        cells = _cells(_DASHES.sub("-", raw) if nomenclature is Nomenclature.CIM10 else raw)
        if cells and not (first and cells[0].upper().strip() in _HEADS):
            yield number, cells
        first = False


def _cells(raw: str) -> list[str]:
    separator = next((one for one in _SEPARATORS if one in raw), "")
    if not separator:
        return raw.split()
    row = next(csv.reader(io.StringIO(raw), delimiter=separator), [])
    return [cell.strip() for cell in row if cell.strip()]


def _of_line(cells: list[str], nomenclature: Nomenclature) -> Iterable[tuple[str, str]]:
    """A line is one code and its label, or nothing but codes."""
    if len(cells) > 1 and all(_looks_like_a_code(cell, nomenclature) for cell in cells):
        return [(normal(cell, nomenclature), "") for cell in cells]
    head, *rest = cells
    if " " in head:  # “C34 Tumeur maligne, des bronches”: the first separator stood in the label
        head, _space, more = head.partition(" ")
        rest = [more, *rest]
    return [(normal(head, nomenclature), _label(" ".join(rest)))]


def _label(said: str) -> str:
    """A label on one line; what is plain Latin already is not looked at letter by letter."""
    plain = said.isprintable() and max(said, default=" ") < "\u0180"
    return (" ".join(said.split()) if plain else clean(said)).lstrip("-–—: ")


def _looks_like_a_code(cell: str, nomenclature: Nomenclature) -> bool:
    bare = normal(cell, nomenclature)
    if nomenclature is Nomenclature.OTHER:  # anything may be a code of another nomenclature: words without a figure are a label
        return " " not in bare and any(sign.isdigit() for sign in bare)
    return not fault_of(bare, nomenclature) or (" " not in bare and len(bare) <= 10 and any(sign.isdigit() for sign in bare))


def added_to(codes: Iterable[Code], more: Iterable[Code]) -> tuple[Code, ...]:
    """Both lists as one; a label that the first has stays."""
    found = {one.code: one.label for one in more}
    found |= {one.code: one.label or found.get(one.code, "") for one in codes}
    return tuple(Code(code, found[code]) for code in sorted(found))


def without(codes: Iterable[Code], less: Iterable[Code]) -> tuple[Code, ...]:
    """The first list without the codes of the second."""
    gone = {one.code for one in less}
    return tuple(one for one in codes if one.code not in gone)
