"""Lists of files as the usual tools write them: read whole or not at all, each fault named by its line and never quoted."""

from __future__ import annotations

import pytest

from extractions.delivery import manifest
from extractions.delivery.sizes import size_said

A, B = "a" * 64, "b" * 64


def faults(text: str) -> list[tuple[int, str]]:
    """The faults of a list, as lines and sentences."""
    return [(one.line, str(one.sentence)) for one in manifest.read(text).faults]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        (f"{A}  dossier/un.csv\n{B} *deux.parquet\n", [None, None]),
        (f"SHA256 (dossier/un.csv) = {A}\nSHA256 (deux.parquet) = {B}\n", [None, None]),
        (f"name;size;sha256\r\ndossier/un.csv;1 024;{A}\r\ndeux.parquet;0;{B}\r\n", [1024, 0]),
        (f"\ufeffempreinte\ttaille\tfichier\n{A.upper()}\t7\t./dossier/un.csv\n{B}\t8\tdeux.parquet", [7, 8]),
        (f'"fichier","octets","sha256"\n"dossier/un.csv",1,{A}\n"deux.parquet",2,{B}\n', [1, 2]),
    ],
)
def test_the_usual_forms_are_read(text: str, sizes: list[int | None]) -> None:
    found = manifest.read(text)
    assert [(one.name, one.sha256) for one in found.files] == [("dossier/un.csv", A), ("deux.parquet", B)]
    assert [one.size for one in found.files] == sizes and not found.faults
    assert manifest.read(manifest.written(found.files)).files == tuple(manifest.FileLine(one.name, one.sha256) for one in found.files)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        (f"{A}  un\n{B} deux\n", 2, "not a line of sha256sum"),
        (f"{A}  un\n{B}  ./un\n", 2, "stands on line 1"),
        (f"{A}  ../un\n", 1, "path of its own machine"),
        (f"{A}  /data/un\n", 1, "path of its own machine"),
        (f"{A}  patient_1850578006084.csv\n", 1, "looks like a number of registration"),
        (f"{A}  1_85_05_78_006_084.csv\n", 1, "looks like a number of registration"),
        (f"name;size\nun;{A}\n", 1, "first line names the columns"),
        (f"name;size;sha256\nun;2.5;{A}\n", 2, "whole number of bytes"),
        ("name;size;sha256\nun;2;123\n", 2, "not a SHA-256"),
        (f"name;size;sha256\nun;2;{A};4\n", 2, "as many columns"),
    ],
)
def test_each_fault_names_its_line(text: str, line: int, words: str, in_english: None) -> None:
    found = faults(text)
    assert [one for one in found if one[0] == line and words in one[1]], found
    assert not any("1850578006084" in said for _line, said in found)


def test_a_list_is_read_whole_or_not_at_all_and_is_not_endless(in_english: None) -> None:
    assert manifest.read(f"{A}  un\nrien\n").files == ()
    many = "".join(f"{A}  f{number}\n" for number in range(5_000))
    assert len(manifest.read(many).files) == 5_000
    assert "too long" in faults(many + f"{A}  de-trop\n")[-1][1]
    wrong = manifest.read(f"{A}  un\n" + "rien\n" * 30)
    assert len(wrong.faults) == manifest.MOST_FAULTS and wrong.more_faults == 10


def test_sizes_are_said_as_people_say_them(in_english: None) -> None:
    assert [size_said(count) for count in (0, 999, 1_500, 13_675_213_675, 6_399_999_999_900, None)] == [
        *("0 B", "999 B", "1.5 kB", "13.7 GB", "6.4 TB", "")
    ]
