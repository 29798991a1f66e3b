"""Sets of columns from plain data, their template files, and the header of a deposited table."""

import csv
import io
from typing import Any

import pytest

from extractions.linkage import words
from extractions.linkage.columns import RECONSTRUCTION, TRIPLET_OR_NIR, BadSet, DateFormat, Kind, column_set
from extractions.linkage.findings import Place
from extractions.linkage.templates import described, template, template_name
from tests.extractions.linkage import HEAD_1, ROUTE_1, ROUTE_2, SOUND_1, SOUND_2, WITH_PLACE, deposit, errors, table

IDENTIFIER = {"code": "id_acc", "title": "Id_acc", "kind": "identifier"}


def a_set(*columns: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"code": "mine", "title": "Mine", "columns": [IDENTIFIER, *columns], **others}


def test_a_set_is_built_from_plain_data() -> None:
    made = column_set(a_set({"code": "born", "title": "Né le", "kind": "date", "format": "french"}))
    assert (made.identifier.code, made.by_code["born"].format, made.by_code["born"].kind) == ("id_acc", DateFormat.FRENCH, Kind.DATE)


@pytest.mark.parametrize(
    ("written", "code", "where"),
    [
        (a_set({"code": "x", "title": "X", "kind": "diagnosis"}), "unknown_kind", "x"),
        (a_set({"code": "x", "title": "X", "kind": "date", "format": "stardate"}), "unknown_format", "x"),
        (a_set({"code": "x", "title": "X", "kind": "sex", "format": "iso"}), "format_of_a_date_only", "x"),
        (a_set({"code": "id_acc", "title": "X", "kind": "sex"}), "duplicate_code", "id_acc"),
        (a_set({"code": "x", "title": "ID ACC", "kind": "sex"}), "duplicate_title", "idacc"),
        (a_set({"code": "X y", "title": "X", "kind": "sex"}), "bad_code", "X y"),
        (a_set({"code": "x", "title": " ", "kind": "sex"}), "no_title", "x"),
        (a_set({"code": "x", "title": "X", "kind": "sex", "max": 3}), "unknown_key", "max"),
        (a_set({"code": "x", "title": "X", "kind": "nir", "max_length": 14}), "bad_max_length", "x"),
        (a_set({**IDENTIFIER, "code": "other", "title": "Other"}), "one_required_identifier", "mine"),
        ({"code": "mine", "title": "Mine", "columns": []}, "one_required_identifier", "mine"),
        (a_set(alternatives=[["nobody"]]), "unknown_column", "nobody"),
        (a_set(alternatives=[[]]), "empty_alternative", "mine"),
        (a_set(coherence={"nir": "id_acc"}), "incoherent_coherence", "id_acc"),
        (a_set(coherence={"nir": "", "severity": "awful"}), "unknown_severity", "coherence"),
        (a_set(*({"code": f"n{at}", "title": f"N{at}", "kind": "name", "max_length": 1000} for at in range(9))), "line_too_long", "mine"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused(written: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(BadSet) as refused:
        column_set(written)
    assert (refused.value.code, refused.value.where) == (code, where)


def test_a_template_has_the_header_and_its_example_line_is_refused() -> None:
    for asked in (ROUTE_1, ROUTE_2, WITH_PLACE):
        assert template(asked).startswith(b"\xef\xbb\xbfId_acc;")
        rows = [*csv.reader(io.StringIO(template(asked, with_example=True).decode("utf-8-sig")), delimiter=";")]
        assert rows[0] == [column.title for column in asked.columns]
        assert rows[1] == [row.example for row in described(asked)]
        assert errors(template(asked, with_example=True), asked) == [Place(2, "id_acc", "example_left")]
        assert all(row.format in words.FORMATS for row in described(asked))
    assert template_name(ROUTE_1) == "table-triplet-or-nir.csv"
    assert [row.required for row in described(ROUTE_2)] == [True] * 5


@pytest.mark.parametrize(
    "head",
    [
        HEAD_1,
        HEAD_1.upper(),
        "\ufeff" + HEAD_1,
        "id acc;nir ouvrant-droit;SEXE BENEFICIAIRE;date naissance beneficiaire;nir_beneficiaire",
        '"Id_acc";"NIR ouvrant droit";"Sexe bénéficiaire";"Date naissance bénéficiaire";"NIR bénéficiaire"',
    ],
)
def test_columns_are_found_whatever_the_case_accents_and_quotes_of_the_header(head: str) -> None:
    assert deposit(table(SOUND_1, head=head))[0].is_accepted


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_and_columns_stand_in_any_order(separator: str) -> None:
    head, line = (separator.join(reversed(text.split(";"))) for text in (HEAD_1, SOUND_1))
    assert deposit(table(line, head=head))[0].is_accepted
    swapped = line.replace("2800375116002", "2810375116002")
    assert [place.code for place in deposit(table(swapped, head=head))[0].warnings.places] == ["birth_against_nir"]


@pytest.mark.parametrize(
    ("head", "places"),
    [
        (HEAD_1 + ";Diagnostic", [(1, "#6", "unknown_column")]),
        (HEAD_1.replace("NIR ouvrant droit;", ""), [(1, "nir_insured", "missing_column")]),
        (HEAD_1 + ";Id_acc", [(1, "id_acc", "repeated_column")]),
        (SOUND_1, [(1, "", "no_header")]),
        ("", [(1, "", "no_header")]),
        ('"Id_acc;Nom', [(1, "", "no_header")]),
    ],
)
def test_a_header_with_too_much_or_too_little_stops_the_reading(head: str, places: list[tuple[int, str, str]]) -> None:
    receipt, _sealed = deposit(table(SOUND_1, head=head))
    assert [*receipt.errors.places] == places
    assert not receipt.sealed and not receipt.sha256 and not receipt.is_accepted


def test_the_sets_of_the_two_routes_differ_and_the_place_of_birth_is_configurable() -> None:
    assert TRIPLET_OR_NIR["code"] != RECONSTRUCTION["code"]
    line = SOUND_2 + ";2A004"
    assert deposit(table(line, head="Id_acc;Nom;Prénom;Date naissance;Sexe;Commune de naissance"), WITH_PLACE)[0].is_accepted
    assert errors(table(line, head="Id_acc;Nom;Prénom;Date naissance;Sexe;Lieu de naissance"), ROUTE_2) == [
        Place(1, "#6", "unknown_column")
    ]
