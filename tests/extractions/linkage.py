"""Linkage tables for the tests: sound lines of each set, and a whole deposit in one call."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

import pyrage

from extractions.linkage.columns import RECONSTRUCTION, TRIPLET_OR_NIR, ColumnSet, column_set, with_place_of_birth
from extractions.linkage.findings import Place
from extractions.linkage.reading import Encoding
from extractions.linkage.sealing import Receipt, Seal

DAY = date(2026, 11, 22)
KEY = pyrage.x25519.Identity.generate()
PUBLIC = str(KEY.to_public())
ROUTE_1 = column_set(TRIPLET_OR_NIR)
ROUTE_2 = column_set(RECONSTRUCTION)
WITH_PLACE = column_set(with_place_of_birth(RECONSTRUCTION))
HEAD_1 = "Id_acc;NIR ouvrant droit;Sexe bénéficiaire;Date naissance bénéficiaire;NIR bénéficiaire"
HEAD_2 = "Id_acc;Nom;Prénom;Date naissance;Sexe"
SOUND_1 = "A1;1550275116001;2;19800312;2800375116002"
SOUND_2 = "A1;D'Alembert;Élodie;19800312;2"


def table(*lines: str, head: str = HEAD_1, end: str = "\n") -> bytes:
    """A file of route 1, or of another header."""
    return end.join([head, *lines, ""]).encode()


def pieces(whole: bytes, size: int) -> list[bytes]:
    """The bytes as they may come."""
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def deposit(
    whole: bytes | Iterable[bytes], asked: ColumnSet = ROUTE_1, *, encoding: Encoding = Encoding.UTF_8, keys: Sequence[str] = (PUBLIC,)
) -> tuple[Receipt, bytes]:
    """The receipt and the ciphertext of a deposit."""
    sink = io.BytesIO()
    with Seal(asked, keys, sink, on=DAY, encoding=encoding, patience=20) as seal:
        for piece in [whole] if isinstance(whole, bytes) else whole:
            seal.feed(piece)
        return seal.finish(), sink.getvalue()


def errors(whole: bytes, asked: ColumnSet = ROUTE_1, *, encoding: Encoding = Encoding.UTF_8) -> list[Place]:
    """The places of the errors of a table."""
    return [*deposit(whole, asked, encoding=encoding)[0].errors.places]


def warnings(whole: bytes, asked: ColumnSet = ROUTE_1) -> list[Place]:
    """The places of the warnings of a table."""
    return [*deposit(whole, asked)[0].warnings.places]
