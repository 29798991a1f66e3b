"""What is wrong with a line: named, placed by line and column, counted, and never quoted."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import nir as standard

from extractions.linkage import cells, nir, words
from extractions.linkage.checking import Checker
from extractions.linkage.columns import TRIPLET_OR_NIR, ColumnSet, DateFormat, column_set
from extractions.linkage.findings import KEPT, Place
from extractions.linkage.quick import Layout, quick
from extractions.linkage.reading import Encoding
from tests.extractions.linkage import DAY, HEAD_2, ROUTE_1, ROUTE_2, SOUND_1, SOUND_2, WITH_PLACE, deposit, errors, table, warnings

SOUND_NIRS = [
    "1550275116001",  # thirteen characters
    "253072B07300470",  # the examples of the standard's library, with their keys
    "253072A07300443",
    "295109912611193",
    "1550220004003",  # Corsica before 1976
    "1554275116001",  # a month of convenience
    "1556375116001",
    "1559975116001",
    "1550297105001",  # overseas
    "1550298735001",
    "1550296352001",  # Tunisia before its independence
    "3550299350001",  # being registered
    "7559900000000",  # provisional, made by a fund
]


@pytest.mark.parametrize("number", SOUND_NIRS)
def test_a_sound_nir_is_accepted(number: str) -> None:
    assert nir.fault(number) == ""
    assert errors(table(f"A1;;;;{number}")) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("155027511600", "nir_format"),
        ("15502751160012", "nir_format"),
        ("155022C116001", "nir_format"),
        ("253072a073004", "nir_format"),
        ("155O275116001", "nir_format"),
        ("0550275116001", "nir_first_digit"),
        ("5550275116001", "nir_first_digit"),
        ("1550075116001", "nir_month"),
        ("1551375116001", "nir_month"),
        ("1554375116001", "nir_month"),
        ("1550200116001", "nir_place"),
        ("1550275000001", "nir_place"),
        ("1550297905001", "nir_place"),
        ("1550275116000", "nir_order"),
        ("295109912611194", "nir_key"),
        ("253072A07300470", "nir_key"),
    ],
)
def test_what_is_wrong_with_a_nir_is_named(number: str, code: str) -> None:
    assert errors(table(f"A1;;;;{number}")) == [Place(2, "nir_beneficiary", code)]


def test_the_quick_check_of_a_key_agrees_with_the_standard() -> None:
    chance = random.Random(3)
    for _time in range(100):
        number = f"{chance.choice('12')}{chance.randrange(100):02}{chance.randrange(1, 13):02}{chance.randrange(21, 96)}116042"
        key = standard.calc_check_digits(number)
        wrong = f"{int(key) % 97 + 1:02}"
        assert errors(table(f"A1;;;;{number}{key}")) == []
        assert errors(table(f"A1;;;;{number}{wrong}")) == [Place(2, "nir_beneficiary", "nir_key")]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (";1550275116001;2;19800312;", ("id_acc", "missing")),
        ("A 1;1550275116001;2;19800312;", ("id_acc", "characters")),
        ("=A1;1550275116001;2;19800312;", ("id_acc", "formula")),
        ("A" * 101 + ";1550275116001;2;19800312;", ("id_acc", "too_long")),
        ("A1 ;1550275116001;2;19800312;", ("id_acc", "spaces_around")),
        ("A1;1550275116001;3;19800312;", ("sex", "sex_format")),
        ("A1;1550275116001;2;1980-03-12;", ("birth_date", "date_format")),
        ("A1;1550275116001;2;19800230;", ("birth_date", "no_such_day")),
        ("A1;1550275116001;2;19000229;", ("birth_date", "no_such_day")),
        ("A1;1550275116001;2;18791231;", ("birth_date", "date_too_early")),
        (f"A1;1550275116001;2;{DAY + timedelta(1):%Y%m%d};", ("birth_date", "date_to_come")),
        ("A1;;2;19800312;", ("", "incomplete_line")),
        ("A1;1550275116001;;19800312;", ("", "incomplete_line")),
        ("A1;1550275116001;2;19800312", ("", "cell_count")),
        ("A1;1550275116001;2;19800312;;", ("", "cell_count")),
        ("A2800375116002;;;;2800375116002", ("id_acc", "id_holds_the_nir")),
        ('"A1";"155"0;2;19800312;', ("", "quotes")),
    ],
)
def test_an_error_is_placed(line: str, place: tuple[str, str]) -> None:
    assert errors(table("B1;;;;2800375116002", line, "B3;;;;2800375116003")) == [Place(3, *place)]


@pytest.mark.parametrize("day", ["20000229", "20240229", f"{DAY:%Y%m%d}", "18800101", "19991231"])
def test_a_sound_date_is_accepted(day: str) -> None:
    assert errors(table(f"A1;1550275116001;2;{day};")) == []


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("A1;;1;19800312;2800375116002", ("sex", "sex_against_nir")),
        ("A1;;2;19810312;2800375116002", ("birth_date", "birth_against_nir")),
        ("A1;;2;19800412;2800375116002", ("birth_date", "birth_against_nir")),
        ("A1;;1;19550212;3550299350001", ("nir_beneficiary", "nir_provisional")),
        ("X19800312;;2;19800312;2800375116002", ("id_acc", "id_holds_a_date")),
        ("DUP-120380;;2;19800312;2800375116002", ("id_acc", "id_holds_a_date")),
        ("12.03.1980;;2;19800312;2800375116002", ("id_acc", "id_holds_a_date")),
        ("X1550275116009;;2;19800312;2800375116002", ("id_acc", "id_like_a_nir")),
    ],
)
def test_a_warning_is_placed_and_the_deposit_is_accepted(line: str, place: tuple[str, str]) -> None:
    assert warnings(table(line)) == [Place(2, *place)]
    assert errors(table(line)) == []


def test_a_month_of_convenience_does_not_contradict_the_date() -> None:
    assert warnings(table("A1;;2;19800312;2803175116002")) == []


def test_a_set_may_make_a_disagreement_an_error() -> None:
    strict = column_set({**TRIPLET_OR_NIR, "coherence": {**TRIPLET_OR_NIR["coherence"], "severity": "error"}})
    assert errors(table("A1;;1;19800312;2800375116002"), strict) == [Place(2, "sex", "sex_against_nir")]


@pytest.mark.parametrize(("form", "day"), [(DateFormat.ISO, "1980-03-12"), (DateFormat.FRENCH, "12/03/1980")])
def test_dates_are_written_as_the_set_asks(form: DateFormat, day: str) -> None:
    columns = [{**one, "format": form.value} if one["kind"] == "date" else one for one in TRIPLET_OR_NIR["columns"]]
    asked = column_set({**TRIPLET_OR_NIR, "columns": columns})
    assert errors(table(f"A1;;2;{day};2800375116002"), asked) == warnings(table(f"A1;;2;{day};2800375116002"), asked) == []
    assert errors(table("A1;;2;19800312;2800375116002"), asked) == [Place(2, "birth_date", "date_format")]
    assert warnings(table(f"X120380;;2;{day};2800375116003"), asked) == [Place(2, "id_acc", "id_holds_a_date")]
    assert warnings(table(f"A1;;1;{day};2810375116003"), asked) == [
        Place(2, "sex", "sex_against_nir"),
        Place(2, "birth_date", "birth_against_nir"),
    ]


@pytest.mark.parametrize("name", ["D'Alembert", "Jean-Pierre", "MÜLLER", "Nguyễn Văn", "L’Hôte", "St. John", "Ã"])
def test_names_of_all_kinds_are_accepted(name: str) -> None:
    assert errors(table(SOUND_2.replace("D'Alembert", name), head=HEAD_2), ROUTE_2) == []


@pytest.mark.parametrize(("name", "code"), [("Dupont2", "characters"), ("@Dupont", "formula"), ("", "missing"), ("x" * 81, "too_long")])
def test_what_is_no_name_is_refused(name: str, code: str) -> None:
    assert errors(table(SOUND_2.replace("D'Alembert", name), head=HEAD_2), ROUTE_2) == [Place(2, "last_name", code)]


@pytest.mark.parametrize(
    ("place", "sound"), [("75056", True), ("2B033", True), ("97105", True), ("99352", True), ("", True), ("00001", False)]
)
def test_a_place_of_birth_is_a_commune_or_a_country(place: str, sound: bool) -> None:
    found = errors(table(f"{SOUND_2};{place}", head=HEAD_2 + ";Lieu de naissance"), WITH_PLACE)
    assert found == ([] if sound else [Place(2, "birth_place", "place_format")])


def test_a_quoted_end_of_line_belongs_to_its_cell_and_lines_keep_their_numbers() -> None:
    whole = table('A1;"D\nE";Élodie;19800312;2', 'A2;"D""E";Élodie;19800312;2', "A3;D'E;Élodie;19800312;3", head=HEAD_2)
    expected = [Place(2, "last_name", "characters"), Place(4, "last_name", "characters"), Place(5, "sex", "sex_format")]
    assert errors(whole, ROUTE_2) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_quoted_table_and_one_without_a_last_end_of_line_say_the_same(end: str) -> None:
    lines = [f"A{at};D'Alembert;Élodie;19800312;{at % 3}" for at in range(9)]
    quoted = [";".join(f'"{cell}"' for cell in line.split(";")) for line in lines]
    plainly = deposit(table(*lines, head=HEAD_2, end=end), ROUTE_2)[0]
    assert plainly.lines == 9 and plainly.errors.total == 3
    assert deposit(table(*quoted, head=HEAD_2, end=end), ROUTE_2)[0].errors == plainly.errors
    assert deposit(table(*lines, head=HEAD_2, end=end).rstrip(), ROUTE_2)[0].errors == plainly.errors
    assert deposit(table(*lines, "", head=HEAD_2, end=end), ROUTE_2)[0].errors == plainly.errors


def test_windows_1252_is_read_when_announced() -> None:
    whole = table(SOUND_2.replace("D'Alembert", "L’Hôte-Œuvré"), head=HEAD_2).decode().encode("cp1252")
    assert errors(whole, ROUTE_2, encoding=Encoding.WINDOWS_1252) == []
    assert errors(whole, ROUTE_2) == [Place(1, "", "encoding")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"A2;D\xff;E;19800312;2", "encoding"),
        (b"A2;D\0;E;19800312;2", "nul_byte"),
        (b"A" * 20_000, "line_too_long"),
        (b'A2;"D;E', "quote_not_closed"),
    ],
)
def test_what_is_no_text_of_a_table_is_refused_at_its_line(line: bytes, code: str) -> None:
    whole = table(SOUND_2, head=HEAD_2) + line + b"\n" + SOUND_2.encode() + b"\n"
    receipt, _sealed = deposit(whole, ROUTE_2)
    assert [*receipt.errors.places] == [Place(3, "", code)]
    assert not receipt.sealed and receipt.lines == 1


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"PK\x03\x04" + b"x" * 40, "kind_zip"),
        (b"%PDF-1.7\n" + b"x" * 40, "kind_pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "kind_office"),
        (b"age-encryption.org/v1\n-> X25519 abc", "kind_encrypted"),
        ("Id_acc".encode("utf-16"), "kind_utf16"),
        (b"<html>", "kind_markup"),
        (b"", "empty_file"),
    ],
)
def test_another_kind_of_file_is_refused_by_its_first_bytes(start: bytes, code: str) -> None:
    assert errors(start) == [Place(1, "", code)]
    assert code in words.REFUSALS


def test_an_empty_table_is_an_error() -> None:
    assert errors(table()) == [Place(1, "", "no_line")]


def test_repeated_identifiers_are_found_among_a_hundred_thousand() -> None:
    lines = [f"A{at:06};;;;2800375116002" for at in range(100_000)]
    for earlier, later in ((5, 70_000), (5, 99_999), (40_000, 40_001)):
        lines[later] = lines[earlier]
    lines[40_000] = lines[40_000].replace("2800375116002", "280")  # an error elsewhere on the line changes nothing
    receipt, _sealed = deposit(table(*lines))
    repeated = [place for place in receipt.errors.places if place.code == "repeated_identifier"]
    assert repeated == [Place(at + 2, "id_acc", "repeated_identifier") for at in (40_001, 70_000, 99_999)]
    assert receipt.errors.total == 4 and receipt.lines == 100_000


def test_all_errors_are_counted_and_the_first_thousand_placed_in_the_order_of_lines() -> None:
    lines = [f"A{at % 700};;3;;2800375116002" for at in range(1_500)]
    summary = deposit(table(*lines))[0].errors
    assert summary.counts == (("id_acc", "repeated_identifier", 800), ("sex", "sex_format", 1_500))
    assert len(summary.places) == KEPT and [*summary.places] == sorted(summary.places)
    assert {place.line for place in summary.places} >= {2, 702, 800} and max(place.line for place in summary.places) < 1_000


CELLS = st.one_of(
    st.sampled_from(
        [*SOUND_NIRS, "1", "2", "3", "19800312", "19800230", "2A004", "Élodie", "EXEMPLE-1", "A1", "", " ", "=1", "2800375116002"]
    ),
    st.from_regex(r"[12]80032?75116[0-9]{2,3}", fullmatch=True),
    st.text("A1-.' é;=@", max_size=6),
)


SOUND_ROWS = {ROUTE_1.code: SOUND_1.split(";"), WITH_PLACE.code: [*SOUND_2.split(";"), "75056"]}


@pytest.mark.parametrize("asked", [ROUTE_1, WITH_PLACE], ids=lambda asked: asked.code)
@settings(max_examples=100, deadline=None)
@given(changed=st.dictionaries(st.integers(0, 5), CELLS, max_size=2))
def test_the_quick_pattern_accepts_no_line_in_which_the_careful_reading_finds_an_error(asked: ColumnSet, changed: dict[int, str]) -> None:
    layout, row = Layout("\t", asked.columns), [*SOUND_ROWS[asked.code]]
    for at, cell in changed.items():
        row[at % len(row)] = cell
    checker = Checker(asked, DAY)
    checker._layout = layout
    checker._judge(2, row, known=False)
    errors, warnings = ({code for _column, code, _count in one.counts} - {"no_line"} for one in checker.finish())
    accepted = bool(quick(asked, layout, DAY).pattern.match("\t".join(row)))
    if accepted:
        assert errors <= {"nir_key", "id_holds_the_nir"} and warnings <= {"id_like_a_nir", "id_holds_a_date"}
    assert accepted or changed


def test_every_code_has_its_words() -> None:
    """The corpus above names each code where it is found; here they are read from the code itself."""
    import re
    from pathlib import Path

    found = set()
    for module in (cells, nir):
        found |= set(re.findall(r'return "([a-z_]+)"', Path(module.__file__).read_text()))
    assert found and found <= set(words.ERRORS) | set(words.WARNINGS)
