"""A list of decisions as a file: any usual encoding and separator, columns known by their names, each line read with its own faults."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from requests_app.cnil.rules import day_of, odd_numbers, request_key
from requests_app.states import ClosingReason
from workflow.refusals import Broken, RuleBroken

MOST_BYTES = 1024 * 1024
#: More than a person looks over; each line is rehearsed before it is shown.
MOST_LINES = 300
LONGEST = 4000

#: Column → the names under which it is known, without accents and capitals. The first is the documented one.
COLUMNS: dict[str, tuple[str, ...]] = {
    "request": ("numero_demande", "demande", "numero_de_demande", "n_demande", "request"),
    "decision": ("decision", "sens", "nature"),
    "number": ("numero_decision", "numero_de_decision", "deliberation", "number"),
    "day": ("date_decision", "date_de_decision", "date", "date_de_la_decision"),
    "reason": ("motif", "motifs", "reason", "reasons"),
    "conditions": ("conditions", "condition"),
}
COMPULSORY = ("request", "decision", "day")
#: What the column “decision” may say → the move that it means.
DECISIONS: dict[str, tuple[str, ...]] = {
    "authorise": ("autorisation", "autorise", "autorisee", "accord", "authorised"),
    "refuse": ("refus", "refuse", "refusee", "refused"),
    "close_without_action": ("classement", "classement_sans_suite", "classe", "classe_sans_suite", "cloture", "closed"),
    "cnil_extends": ("prolongation", "prorogation", "extended"),
    "cnil_finds_incomplete": ("incomplet", "incompletude", "demande_de_complements", "incomplete"),
}
#: What the column “motif” of a closing may say → the known reason.
CLOSINGS: dict[str, tuple[str, ...]] = {
    ClosingReason.OUT_OF_SCOPE: ("hors_champ", "hors_perimetre", "out_of_scope"),
    ClosingReason.INCOMPLETE: ("incomplet", "dossier_incomplet", "incomplete"),
    ClosingReason.CONFORMS: ("conforme", "conforme_mr", "conforme_a_un_referentiel", "conforms"),
    ClosingReason.OTHER: ("autre", "other"),
}


@dataclass(frozen=True)
class Line:
    """One line of a list: what it says, and what is wrong with it by itself."""

    number: int
    request: str
    move: str
    reference: str
    on: date | None
    text: str
    closing: str
    said: Mapping[str, str]
    faults: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """The request number as it is compared."""
        return request_key(self.request)

    @property
    def cautions(self) -> list[str]:
        """What looks odd and does not stand against it."""
        return odd_numbers(self.move, self.reference, self.on)


def rows_in(sent: bytes) -> list[dict[str, Any]]:
    """The lines of a file as {"line": number, column: text}. Raises RuleBroken for a file that is no such list."""
    if len(sent) > MOST_BYTES:
        raise _no(_("This file is too large: the limit is 1 MB."))
    text = _decoded(sent)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        table = [(number, cells) for number, cells in enumerate(reader, start=1) if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise _no(_("This file cannot be read as a CSV table.")) from None
    if not table:
        raise _no(_("This file is empty."))
    places = _places(table[0][1])
    if len(table) - 1 > MOST_LINES:
        raise _no(_("This file has more than %(count)d lines: send it in parts.") % {"count": MOST_LINES})
    return [_row(number, cells, places) for number, cells in table[1:]]


def _row(number: int, cells: list[str], places: Mapping[str, int]) -> dict[str, Any]:
    told = {name: cells[place].strip()[:LONGEST] if place < len(cells) else "" for name, place in places.items()}
    return {"line": number} | told


def _no(sentence: str) -> RuleBroken:
    return RuleBroken(Broken(sentence, where="file"))


def _decoded(sent: bytes) -> str:
    """UTF-8, UTF-16 by its mark, else the Windows code page of western Europe, without what a database cannot hold."""
    forms = ("utf-16",) if sent[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    for form in forms:
        try:
            return sent.decode(form).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise _no(_("This file cannot be read as text."))


def _separator(text: str) -> str:
    """The sign that cuts the first line into most cells."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(";\t,|", key=head.count)


def _places(head: list[str]) -> dict[str, int]:
    """Which column stands where. Raises RuleBroken when a compulsory one is missing."""
    names = [plain(cell) for cell in head]
    found = {column: names.index(name) for column, known in COLUMNS.items() for name in reversed(known) if name in names}
    missing = [COLUMNS[column][0] for column in COMPULSORY if column not in found]
    if missing:
        raise _no(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return found


def plain(text: str) -> str:
    """A word as it is compared: no capitals, no accents, one low line for whatever stands between words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).lower()
    return "_".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def read(rows: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines of a list in words; a request that stands twice for the same decision is a fault of the later line."""
    lines: list[Line] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        line = _line(row)
        twice = (line.key, line.move) in seen
        seen.add((line.key, line.move))
        lines.append(_with_fault(line, _("This decision stands in the file twice.")) if twice and line.key else line)
    return lines


def _with_fault(line: Line, fault: str) -> Line:
    return Line(**{**line.__dict__, "faults": (*line.faults, fault)})


def _line(row: Mapping[str, Any]) -> Line:
    said = {name: str(row.get(name, "")) for name in COLUMNS}
    move = _known(DECISIONS, said["decision"])
    closing = _known(CLOSINGS, said["reason"]) if move == "close_without_action" else ""
    text = said["reason"]
    if move == "authorise":
        text = "\n".join(part.strip() for part in said["conditions"].replace("//", "\n").splitlines() if part.strip())
    elif closing:
        text = ""
    line = Line(int(row["line"]), said["request"], move, said["number"], day_of(said["day"]), text, closing or _other(move), said)
    return Line(**{**line.__dict__, "faults": tuple(_faults(line))})


def _other(move: str) -> str:
    return str(ClosingReason.OTHER) if move == "close_without_action" else ""


def _known(words: Mapping[str, tuple[str, ...]], text: str) -> str:
    return next((str(code) for code, known in words.items() if plain(text) in known), "")


def _faults(line: Line) -> Iterable[str]:
    if not line.key:
        yield _("No request number.")
    if not line.move:
        yield _("“%(word)s” is not a decision that this list knows.") % {"word": line.said["decision"]}
    if line.on is None:
        yield _("“%(day)s” is not a day: write 31/12/2026 or 2026-12-31.") % {"day": line.said["day"]}
    if line.move == "authorise" and not line.reference:
        yield _("An authorisation has a number.")
    if line.move in ("refuse", "cnil_finds_incomplete") and not line.text:
        yield _("The reasons are missing.")
