"""Lists as files: exactly what is shown, in types that a spreadsheet knows, with nothing in them that it would run."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.desks import indexing, sheets
from requests_app.desks.sheets import disarmed
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.requests_app.factories import a_dossier
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db


def fetched(client: Client, ending: str, name: str = "export", **query: str):
    return client.get(reverse(f"work:{name}", args=[ending]), query, headers={"accept-language": "en"})


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def sheet_of(answer):
    return openpyxl.load_workbook(io.BytesIO(body_of(answer))).active


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body_of(answer).decode().removeprefix("\ufeff")), delimiter=";"))[1:]


def test_the_csv_file_holds_exactly_the_list_and_no_formula(client: Client, people: dict) -> None:
    first = a_dossier(State.SUBMITTED, people, acronym="=HYPERLINK", title="été")
    a_dossier(State.COMPLETE, people)
    answer = fetched(sign_in(client, people["officer"]), "csv", list="all", state="submitted")
    text = body_of(answer)
    assert text.startswith("\ufeff".encode())
    _head, row = csv.reader(io.StringIO(text.decode().removeprefix("\ufeff")), delimiter=";")
    assert row[:2] == [first.reference, "'=HYPERLINK – été"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert disarmed(cell) == f"'{cell}"
    assert disarmed("Étude = suivi") == "Étude = suivi"


def test_the_workbook_has_a_frozen_heading_filters_and_days_that_are_days(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    sheet = sheet_of(fetched(sign_in(client, people["officer"]), "xlsx", list="all"))
    assert [cell.value for cell in sheet[1]][:2] == ["Reference", "Project"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:J2")
    assert sheet["A2"].value == dossier.reference
    assert sheet["G2"].is_date
    assert sheet["G2"].value.date() == paris_day(dossier.state_since)


@pytest.mark.parametrize("title", ["=1+1", "@SUM(A1)", "http://exemple.fr", "\x0bcontrôle", "x" * 300])
def test_a_text_of_the_workbook_is_a_text_whatever_it_says(client: Client, people: dict, title: str) -> None:
    a_dossier(State.SUBMITTED, people, acronym="", title=title)
    cell = sheet_of(fetched(sign_in(client, people["officer"]), "xlsx", list="all"))["B2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value.endswith(title[-3:])


def test_both_files_hold_the_same_rows_in_the_order_of_the_page(client: Client, people: dict) -> None:
    for state in (State.SUBMITTED, State.COMPLETE, State.RUNNING):
        a_dossier(state, people)
    sign_in(client, people["officer"])
    query = {"list": "all", "sort": "-reference"}
    shown = [row["reference"] for row in client.get(reverse("work:index"), query).context["rows"]]
    assert [row[0] for row in rows_of(fetched(client, "csv", **query))] == shown
    assert [row[0].value for row in sheet_of(fetched(client, "xlsx", **query)).iter_rows(min_row=2)] == shown


def test_the_file_of_a_search_holds_what_it_finds(client: Client, people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people, title="Narcolepsie")
    a_dossier(State.SUBMITTED, people)
    list(indexing.rebuild("dossier"))
    answer = fetched(sign_in(client, people["officer"]), "csv", name="search_export", q="narcolepsie")
    assert [row[0] for row in rows_of(answer)] == [dossier.reference]
    assert rows_of(fetched(sign_in(Client(), people["president"]), "csv", name="search_export", q="narcolepsie")) == []


def test_another_ending_is_no_file(client: Client, people: dict) -> None:
    assert fetched(sign_in(client, people["officer"]), "ods").status_code == 404


def test_a_file_is_for_its_reader_alone(client: Client, people: dict) -> None:
    answer = fetched(sign_in(client, people["officer"]), "xlsx", list="all")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    assert answer.streaming


def test_rows_are_read_through_a_cursor_in_a_constant_number_of_queries(people: dict, django_assert_max_num_queries) -> None:
    from requests_app.desks import worklist

    for _number in range(4):
        a_dossier(State.SUBMITTED, people)
    today = date(2026, 5, 4) + timedelta(days=0)
    listed = worklist.listed(people["officer"], worklist.asked(people["officer"], {"list": "all"}), today)
    with django_assert_max_num_queries(6) as few:
        assert len(list(sheets.lines_of(listed, timezone.now().date()))) == 4
    for _number in range(4):
        a_dossier(State.SUBMITTED, people)
    with django_assert_max_num_queries(len(few)):
        assert len(list(sheets.lines_of(listed.all(), timezone.now().date()))) == 8
