"""Which columns a linkage table has: sets built from plain data (settings, rows), refused when they make no sense."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

#: The longest line of a table, in bytes: a table of a few short columns needs far less.
LONGEST_LINE = 16_384
Choice = TypeVar("Choice", bound=StrEnum)
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """What a column holds, and so how its cells are checked."""

    IDENTIFIER = "identifier"  # Id_acc: links the table to the study, means nothing by itself
    NIR = "nir"
    SEX = "sex"
    DATE = "date"
    NAME = "name"
    PLACE = "place"  # the place of birth: INSEE code of a commune, or of a country (99…)


class DateFormat(StrEnum):
    """How a date is written in the table."""

    COMPACT = "compact"  # SSAAMMJJ
    ISO = "iso"
    FRENCH = "french"  # JJ/MM/AAAA


class Severity(StrEnum):
    """What a disagreement between the NIR and the other columns is."""

    ERROR = "error"
    WARNING = "warning"


LENGTHS = {Kind.IDENTIFIER: 100, Kind.NIR: 15, Kind.SEX: 1, Kind.DATE: 10, Kind.NAME: 80, Kind.PLACE: 5}
#: Which other lengths a set may ask for; a NIR comes with its key or, where a set says 13, without.
ALLOWED = {Kind.IDENTIFIER: range(1, 101), Kind.NAME: range(2, 1_001), Kind.NIR: (13, 15)}


class BadSet(ValueError):
    """A set of columns that cannot be used; `code` says why, `where` names the column or key of the configuration."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}: {where}" if where else code)
        self.code, self.where = code, where


@dataclass(frozen=True)
class Column:
    """One column: its title is the header's name in the file; a required cell is never empty."""

    code: str
    title: str
    kind: Kind
    required: bool = True
    format: DateFormat | None = None
    max_length: int = 0
    aliases: tuple[str, ...] = ()

    def names(self) -> set[str]:
        """The header's names by which the column is known, as `plain` writes them."""
        return {plain(name) for name in (self.code, self.title, *self.aliases)}


@dataclass(frozen=True)
class Coherence:
    """The columns that speak of the same person: what the NIR says must agree with the sex and the date of birth."""

    nir: str
    sex: str = ""
    birth: str = ""
    severity: Severity = Severity.WARNING


@dataclass(frozen=True)
class ColumnSet:
    """The columns of one kind of table; each line fills every column of one of the `alternatives`, when there are some."""

    code: str
    title: str
    columns: tuple[Column, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()
    coherence: Coherence | None = None
    by_code: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_code.update((column.code, column) for column in self.columns)

    @property
    def identifier(self) -> Column:
        """The column whose values are each found once."""
        return next(column for column in self.columns if column.kind is Kind.IDENTIFIER)


def plain(name: str) -> str:
    """A header's name without case, accents, spaces and punctuation."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalnum())


def column_set(written: Mapping[str, Any]) -> ColumnSet:
    """The set that plain data describe; `BadSet` says what is wrong with them."""
    _known_keys(written, {"code", "title", "columns", "alternatives", "coherence"}, "set")
    columns = tuple(_column(one) for one in written.get("columns", ()))
    alternatives = tuple(tuple(str(code) for code in one) for one in written.get("alternatives", ()))
    made = ColumnSet(_code(written), str(written.get("title", "")), columns, alternatives, _coherence(written.get("coherence")))
    _require_sound(made)
    return made


def _known_keys(written: Mapping[str, Any], known: set[str], where: str) -> None:
    if not isinstance(written, Mapping):
        raise BadSet("not_a_mapping", where)
    if unknown := sorted(set(written) - known):
        raise BadSet("unknown_key", str(unknown[0]))


def _code(written: Mapping[str, Any]) -> str:
    code = str(written.get("code", ""))
    if not CODE.fullmatch(code):
        raise BadSet("bad_code", code)
    return code


def _one_of(choices: type[Choice], value: Any, code: str, where: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        raise BadSet(code, where) from None


def _column(written: Mapping[str, Any]) -> Column:
    _known_keys(written, {"code", "title", "kind", "required", "format", "max_length", "aliases"}, "column")
    code, title = _code(written), str(written.get("title", ""))
    if not plain(title):
        raise BadSet("no_title", code)
    kind = _one_of(Kind, written.get("kind"), "unknown_kind", code)
    asked = written.get("format") or (DateFormat.COMPACT if kind is Kind.DATE else None)
    if asked and kind is not Kind.DATE:
        raise BadSet("format_of_a_date_only", code)
    length = written.get("max_length") or LENGTHS[kind]
    if length not in ALLOWED.get(kind, (LENGTHS[kind],)):
        raise BadSet("bad_max_length", code)
    form = _one_of(DateFormat, asked, "unknown_format", code) if asked else None
    return Column(code, title, kind, bool(written.get("required", True)), form, length, tuple(map(str, written.get("aliases", ()))))


def _coherence(written: Mapping[str, Any] | None) -> Coherence | None:
    if written is None:
        return None
    _known_keys(written, {"nir", "sex", "birth", "severity"}, "coherence")
    severity = _one_of(Severity, written.get("severity", Severity.WARNING), "unknown_severity", "coherence")
    return Coherence(str(written.get("nir", "")), str(written.get("sex", "")), str(written.get("birth", "")), severity)


def _require_sound(made: ColumnSet) -> None:
    codes = [column.code for column in made.columns]
    if again := _repeated(codes):
        raise BadSet("duplicate_code", again)
    if again := _repeated(name for column in made.columns for name in column.names()):
        raise BadSet("duplicate_title", again)
    identifiers = [column for column in made.columns if column.kind is Kind.IDENTIFIER]
    if len(identifiers) != 1 or not identifiers[0].required:
        raise BadSet("one_required_identifier", made.code)
    for code in (code for one in made.alternatives for code in one):
        if code not in codes:
            raise BadSet("unknown_column", code)
    if not all(made.alternatives):
        raise BadSet("empty_alternative", made.code)
    if sum(column.max_length * 4 + 3 for column in made.columns) > LONGEST_LINE:
        raise BadSet("line_too_long", made.code)
    _require_kinds(made)


def _require_kinds(made: ColumnSet) -> None:
    if made.coherence is None:
        return
    named = made.coherence
    for code, kind in ((named.nir, Kind.NIR), (named.sex, Kind.SEX), (named.birth, Kind.DATE)):
        if (code or kind is Kind.NIR) and (code not in made.by_code or made.by_code[code].kind is not kind):
            raise BadSet("incoherent_coherence", code)


def _repeated(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


#: Route 1: the holder knows the beneficiary's NIR, or the insured person's with the beneficiary's sex and date of birth.
TRIPLET_OR_NIR: dict[str, Any] = {
    "code": "triplet_or_nir",
    "title": "NIR du bénéficiaire, ou triplet",
    "columns": [
        {"code": "id_acc", "title": "Id_acc", "kind": "identifier"},
        {"code": "nir_insured", "title": "NIR ouvrant droit", "kind": "nir", "required": False},
        {"code": "sex", "title": "Sexe bénéficiaire", "kind": "sex", "required": False},
        {"code": "birth_date", "title": "Date naissance bénéficiaire", "kind": "date", "required": False},
        {"code": "nir_beneficiary", "title": "NIR bénéficiaire", "kind": "nir", "required": False},
    ],
    "alternatives": [["nir_beneficiary"], ["nir_insured", "sex", "birth_date"]],
    "coherence": {"nir": "nir_beneficiary", "sex": "sex", "birth": "birth_date"},
}
#: Route 2: the NIR is reconstructed from the civil status.
RECONSTRUCTION: dict[str, Any] = {
    "code": "reconstruction",
    "title": "Reconstitution du NIR",
    "columns": [
        {"code": "id_acc", "title": "Id_acc", "kind": "identifier"},
        {"code": "last_name", "title": "Nom", "kind": "name", "max_length": 80},
        {"code": "first_name", "title": "Prénom", "kind": "name", "max_length": 80},
        {"code": "birth_date", "title": "Date naissance", "kind": "date"},
        {"code": "sex", "title": "Sexe", "kind": "sex"},
    ],
}
#: The place of birth, for a set that asks for it: the INSEE code of the commune, or of the country (99…).
PLACE_OF_BIRTH: dict[str, Any] = {
    "code": "birth_place",
    "title": "Lieu de naissance",
    "kind": "place",
    "required": False,
    "aliases": ["Commune de naissance", "Code commune naissance"],
}


def with_place_of_birth(written: Mapping[str, Any]) -> dict[str, Any]:
    """The same set with the place of birth as its last column."""
    return {**written, "columns": [*written["columns"], PLACE_OF_BIRTH]}
