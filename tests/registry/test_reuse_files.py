"""The registry as files: every format says the same, nothing runs in a spreadsheet, and nothing withdrawn is in them."""

import csv
import gzip
import hashlib
import io
import json
import threading
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from pyarrow import parquet

from registry import turns
from registry.models import Fiche, FicheVersion
from registry.publication import write
from registry.reuse import snapshots
from registry.reuse.answers import streamed
from registry.reuse.exports import PER_BLOCK, Selection, csv_of, json_lines_of
from registry.reuse.models import Snapshot, SnapshotFile
from registry.reuse.schema import columns, table_schema
from tests.registry.factories import a_fiche
from tests.requests_app.factories import PARIS
from workflow import outbox

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
AT = datetime(2026, 6, 15, 3, 30, tzinfo=PARIS)
EVERYTHING = "/repertoire/donnees/repertoire."

SAID: dict[str, Any] = {
    "generated": ["starts_on"],
    "controller": {"name": "CHU de Rennes", "city": "Rennes"},
    "controller_type": {"code": "public_hospital", "fr": "Établissement public de santé", "en": "Public hospital"},
    "objectives": [{"code": "a", "fr": "Diagnostics", "en": "Diagnostics"}, {"code": "b", "fr": "Sécurité des patients", "en": "Safety"}],
    "sources": [
        {"slug": "snds", "fr": "Base principale", "en": "Main", "acronym": "SNDS", "identifiers": {"residence": "", "care_dates": "x"}}
    ],
    "population": 'Dix "mille", ou plus\nAdultes',
    "public_interest": "-10 % de décès",
    "basis": "express",
    "matching": True,
    "identifiers": {"death_date": "Pour la survie."},
    "filed_on": "2025-11-02",
    "retention_years": 5,
    "transfers_outside_eu": False,
    "automated_decision": None,
    "publications": [{"title": "=HYPERLINK(1)", "url": "https://doi.org/10.1/x"}],
    "results": "",
}


def a_full_fiche(**changes: Any) -> Fiche:
    days = {"authorised_on": date(2026, 1, 5), "opened_on": date(2026, 2, 1), "results_due_on": date(2026, 6, 14)}
    return a_fiche(
        **{
            "title": "=SUM(A1) Épilepsie",
            "objectives": ["a", "b"],
            "databases": ["snds"],
            "matching": True,
            "procedure": "aut",
            "said": SAID,
        }
        | days
        | changes
    )


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def lines(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline=""), strict=True))


def cells(text: bytes) -> dict[str, str]:
    [one] = lines(text)
    return one


def test_the_csv_is_read_as_the_standard_says(client: Client) -> None:
    fiche = a_full_fiche()
    response = client.get(f"{EVERYTHING}csv")
    text = body(response)
    assert response["Content-Type"].startswith("text/csv; charset=utf-8")
    assert "attachment" in response["Content-Disposition"]
    assert text.endswith(b"\r\n")
    read = cells(text)
    assert list(read) == [column.name for column in columns()]
    assert read["number"] == fiche.number
    assert read["url"].endswith(fiche.get_absolute_url())
    assert read["population"] == SAID["population"]
    assert (read["controller_city"], read["controller_type"], read["controller_type_fr"]) == (
        "Rennes",
        "public_hospital",
        "Établissement public de santé",
    )
    assert (read["objectives"], read["objectives_fr"]) == ("a|b", "Diagnostics|Sécurité des patients")
    assert (read["sensitive_variables"], read["databases"], read["databases_fr"]) == (
        "care_dates|death_date|residence",
        "snds",
        "Base principale",
    )
    assert read["sensitive_variables_why"] == "Pour la survie.|x"
    assert (read["matching"], read["transfers_outside_eu"], read["automated_decision"]) == ("true", "false", "")
    assert (read["procedure"], read["procedure_fr"], read["basis_fr"]) == ("aut", "Autorisation de la CNIL", "Décision de la CNIL")
    assert (read["authorised_on"], read["filed_on"], read["retention_years"]) == ("2026-01-05", "2025-11-02", "5")
    assert read["published_at"] == "2026-01-05T08:00:00Z"


def test_what_a_spreadsheet_would_run_is_disarmed_in_csv_and_a_text_elsewhere(client: Client) -> None:
    a_full_fiche(acronym="@cmd", controller_name="\t=1")
    read = cells(body(client.get(f"{EVERYTHING}csv")))
    assert read["title"] == "'=SUM(A1) Épilepsie"
    assert (read["acronym"], read["controller_name"], read["public_interest"]) == ("'@cmd", "'\t=1", "'-10 % de décès")
    assert read["publications"] == "'=HYPERLINK(1)"
    assert not [cell for cell in read.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    sheet = openpyxl.load_workbook(io.BytesIO(body(client.get(f"{EVERYTHING}xlsx")))).worksheets[0]
    names = [cell.value for cell in sheet[1]]
    title = sheet[2][names.index("title")]
    assert (title.value, title.data_type) == ("=SUM(A1) Épilepsie", "s")


def test_every_format_says_the_same(client: Client) -> None:
    a_full_fiche()
    names = [column.name for column in columns()]
    in_csv = cells(body(client.get(f"{EVERYTHING}csv")))
    [in_json] = [json.loads(line) for line in body(client.get(f"{EVERYTHING}jsonl")).splitlines()]
    sheet = openpyxl.load_workbook(io.BytesIO(body(client.get(f"{EVERYTHING}xlsx"))), read_only=True).worksheets[0]
    heading, row = sheet.iter_rows(values_only=True)
    [in_parquet] = parquet.read_table(io.BytesIO(body(client.get(f"{EVERYTHING}parquet")))).to_pylist()
    assert list(heading) == list(in_parquet) == names
    in_xlsx = dict(zip(names, row, strict=True))
    assert in_parquet["objectives"] == ["a", "b"]
    assert in_xlsx["objectives"] == in_csv["objectives"] == "a|b"
    assert in_parquet["filed_on"] == in_xlsx["filed_on"].date() == date.fromisoformat(in_csv["filed_on"])
    assert in_parquet["matching"] is in_xlsx["matching"] is True
    assert in_parquet["automated_decision"] is in_xlsx["automated_decision"] is None
    assert in_parquet["retention_years"] == in_xlsx["retention_years"] == 5
    assert in_parquet["published_at"].isoformat() == "2026-01-05T08:00:00+00:00"
    assert in_json["said"] == SAID
    assert in_json["number"] == in_parquet["number"] == in_xlsx["number"] == in_csv["number"]


def test_the_status_is_that_of_the_reader_s_day() -> None:
    a_full_fiche(ended_on=date(2026, 6, 10))
    for day, status, label, overdue in (
        (date(2026, 1, 31), "authorised", "Autorisé, en préparation", "false"),
        (date(2026, 2, 1), "running", "En cours", "false"),
        (date(2026, 6, 14), "ended", "Terminé", "false"),
        (date(2026, 6, 15), "ended", "Terminé", "true"),
    ):
        read = cells(b"".join(csv_of(Selection(day))))
        assert (read["status"], read["status_fr"], read["results_overdue"]) == (status, label, overdue)


def test_a_withdrawn_fiche_is_in_no_file(client: Client) -> None:
    kept, gone = a_full_fiche(), a_full_fiche(live=False)
    for ending in ("csv", "jsonl"):
        text = body(client.get(EVERYTHING + ending)).decode()
        assert kept.number in text
        assert gone.number not in text
    assert parquet.read_table(io.BytesIO(body(client.get(f"{EVERYTHING}parquet")))).num_rows == 1


def test_a_search_is_downloaded_as_it_is_read_in_its_order(client: Client) -> None:
    first, other, last = (a_full_fiche(title=title) for title in ("Zona", "Lupus", "Asthme"))
    read = lines(body(client.get(f"{EVERYTHING}csv?q=lupus")))
    assert [line["number"] for line in read] == [other.number]
    read = lines(body(client.get(f"{EVERYTHING}csv?database=snds&sort=title")))
    assert [line["number"] for line in read] == [last.number, other.number, first.number]
    assert lines(body(client.get(f"{EVERYTHING}csv?q=introuvable"))) == []


def test_the_list_leads_to_the_files_of_its_own_search(client: Client) -> None:
    a_full_fiche()
    page = client.get("/repertoire/?q=épilepsie&database=snds").content.decode()
    assert "/repertoire/donnees/repertoire.csv?q=%C3%A9pilepsie&amp;database=snds" in page


def test_who_has_the_file_already_is_told_so_until_something_is_published(client: Client) -> None:
    a_full_fiche()
    first = client.get(f"{EVERYTHING}csv")
    body(first)
    again = client.get(f"{EVERYTHING}csv", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{EVERYTHING}csv", headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    a_full_fiche()
    other = client.get(f"{EVERYTHING}csv", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    assert len(lines(body(other))) == 2


def test_too_many_downloads_at_once_are_asked_to_come_back(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    every_turn_is_free = threading.BoundedSemaphore(settings.REGISTRY_EXPORTS_AT_ONCE)  # other tests open downloads and read none
    monkeypatch.setattr(turns, "_turns", every_turn_is_free)
    a_full_fiche()
    under_way = [client.get(f"{EVERYTHING}csv") for _ in range(settings.REGISTRY_EXPORTS_AT_ONCE)]
    busy = client.get(f"{EVERYTHING}csv")
    assert (busy.status_code, busy["Retry-After"]) == (503, "60")
    assert client.head(f"{EVERYTHING}csv").status_code == 200
    assert [len(lines(body(response))) for response in under_way] == [1] * len(under_way)
    assert len(lines(body(client.get(f"{EVERYTHING}csv")))) == 1


def test_a_download_that_its_reader_gives_up_gives_its_turn_back_once(rf: Any, settings: Any) -> None:
    for _ in range(settings.REGISTRY_EXPORTS_AT_ONCE + 1):
        begun = streamed(rf.get("/"), iter([b"a", b"b"]), "text/plain", "x")
        assert begun.status_code == 200
        for close in 2 * begun._resource_closers:
            close()


def test_the_files_are_open_to_any_site_and_set_no_cookie(client: Client) -> None:
    a_full_fiche()
    for path in (f"{EVERYTHING}csv", "/repertoire/donnees/schema.json", "/repertoire/donnees/changements/"):
        response = client.get(path)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert 'rel="license"' in response["Link"]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        if response.streaming:
            body(response)
    assert client.options(f"{EVERYTHING}csv").status_code == 204
    assert client.post(f"{EVERYTHING}csv").status_code == 405
    assert client.get(f"{EVERYTHING}exe").status_code == 404


def test_a_stream_comes_in_blocks_and_not_whole() -> None:
    for _ in range(6):
        a_full_fiche(lay_summary="x" * (PER_BLOCK // 2))
    blocks = list(csv_of(Selection(DAY)))
    assert len(blocks) >= 3
    assert max(map(len, blocks)) < 2 * PER_BLOCK
    assert len(lines(b"".join(blocks))) == 6
    assert len(b"".join(json_lines_of(Selection(DAY))).splitlines()) == 6


def test_the_schema_describes_every_column_in_both_languages(client: Client) -> None:
    told = client.get("/repertoire/donnees/schema.json").json()
    assert told == json.loads(json.dumps(table_schema()))
    assert told["primaryKey"] == ["number"]
    by_name = {field["name"]: field for field in told["fields"]}
    assert len(by_name) == len(told["fields"]) == len(columns())
    assert by_name["objectives"] == {
        "name": "objectives",
        "type": "list",
        "delimiter": "|",
        "itemType": "string",
        "title": "Objectifs poursuivis",
        "title_en": "Objectives pursued",
    }
    assert {"value": "aut", "label": "Autorisation de la CNIL"} in by_name["procedure"]["categories"]
    assert all(field["title"] and field["title_en"] for field in told["fields"])


# --- what changed --------------------------------------------------------------------------------
def changed(fiche: Fiche, at: datetime, **columns_: Any) -> Fiche:
    return write(fiche, columns_, at=at, because="brought_up_to_date", reason=columns_.pop("reason", ""))


def a_life_begun() -> tuple[Fiche, Fiche]:
    """Two fiches that are published."""
    zona, lupus = (
        Fiche(origin="declaration", title=title, lay_summary="Un résumé.", sort_key=title.lower(), controller_name="CHU", said=SAID)
        for title in ("Zona", "Lupus")
    )
    return write(zona, {"said": SAID}, at=AT, because="publish"), write(lupus, {"said": SAID}, at=AT, because="publish")


def a_snapshot_day(at: datetime) -> Snapshot:
    """A snapshot of a day on which nothing of this was public yet."""
    one = Snapshot.objects.create(day=at.date(), state_version=1, taken_at=at, rows=0, schema={})
    SnapshotFile.objects.create(snapshot=one, ending="xlsx", path="x", size=1, sha256="0" * 64)
    return one


def a_life() -> tuple[Fiche, Fiche]:
    """Two fiches: one published and changed, one published and withdrawn."""
    kept, gone = a_life_begun()
    write(kept, {"title": "Zona, suite", "said": SAID | {"results": "Voilà"}}, at=AT + timedelta(days=2), because="publish_results")
    write(gone, {"live": False}, at=AT + timedelta(days=3), because="withdraw", reason="Double d'une autre fiche")
    return kept, gone


def read_changes(client: Client, query: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body(client.get(f"/repertoire/donnees/changements/{query}")).splitlines()]


def test_the_changes_tell_each_version_in_order_and_not_what_was_withdrawn(client: Client) -> None:
    kept, gone = a_life()
    told = read_changes(client, "")
    assert [(one["number"], one["kind"]) for one in told] == [
        (kept.number, "published"),
        (gone.number, "published"),
        (kept.number, "changed"),
        (gone.number, "withdrawn"),
    ]
    assert [one["said"] is None for one in told] == [False, True, False, True]
    assert told[2]["said"]["results"] == "Voilà"
    assert told[3]["reason"] == "Double d'une autre fiche"
    assert [one["sha256"] for one in told] == list(FicheVersion.objects.order_by("state_version").values_list("sha256", flat=True))
    assert [one["registry_version"] for one in told] == sorted(one["registry_version"] for one in told)


def test_the_changes_are_asked_since_a_version_or_a_day(client: Client) -> None:
    a_life()
    everything = read_changes(client, "")
    assert read_changes(client, f"?depuis={everything[1]['registry_version']}") == everything[2:]
    assert read_changes(client, f"?depuis={AT.date() + timedelta(days=3)}") == everything[3:]
    response = client.get("/repertoire/donnees/changements/?depuis=2099-01-01")
    assert body(response) == b""
    assert response["X-Registry-Version"] == str(everything[-1]["registry_version"])
    read = lines(body(client.get("/repertoire/donnees/changements/?format=csv")))
    assert [line["sha256"] for line in read] == [one["sha256"] for one in everything]
    assert "said" not in read[0]


@pytest.mark.parametrize("query", ["depuis=hier", "depuis=2026-13-01", "depuis=1%27--", "format=exe"])
def test_an_address_that_is_not_understood_says_so(client: Client, query: str) -> None:
    response = client.get(f"/repertoire/donnees/changements/?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 400


# --- the files of each day -------------------------------------------------------------------------
@pytest.fixture
def kept_elsewhere(own_media: None) -> None:
    """The files of the test lie in a folder of its own."""


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_of_a_day_holds_every_format_once_with_its_digest(client: Client, kept_elsewhere: None) -> None:
    fiche = a_full_fiche()
    taken = snapshots.take(AT)
    assert taken is not None
    assert snapshots.take(AT + timedelta(hours=5)) is None
    assert (taken.rows, [file.ending for file in taken.files.all()]) == (1, ["csv.gz", "jsonl.gz", "xlsx", "parquet"])
    for file in taken.files.all():
        response = client.get(file.get_absolute_url())
        content = body(response)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        assert response["Content-Length"] == str(file.size)
        assert client.get(file.get_absolute_url(), headers={"If-None-Match": response["ETag"]}).status_code == 304
    squeezed = body(client.get("/repertoire/donnees/instantanes/dernier/repertoire.csv.gz"))
    assert cells(gzip.decompress(squeezed))["number"] == fiche.number
    package = client.get("/repertoire/donnees/instantanes/2026-06-15/datapackage.json").json()
    assert {one["hash"] for one in package["resources"]} == {f"sha256:{file.sha256}" for file in taken.files.all()}
    assert package["licenses"][0]["name"] == "etalab-2.0"
    assert package["resources"][0]["schema"] == json.loads(json.dumps(table_schema()))
    page = client.get("/repertoire/donnees/").content.decode()
    assert all(file.sha256 in page for file in taken.files.all())


@pytest.mark.django_db(transaction=True)
def test_a_file_of_the_day_waits_for_its_turn_among_the_downloads(
    client: Client, kept_elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_turns", threading.BoundedSemaphore(1))
    a_full_fiche()
    taken = snapshots.take(AT)
    assert taken is not None
    address = taken.files.get(ending="parquet").get_absolute_url()
    under_way = client.get(address)
    busy = client.get(address)
    assert (busy.status_code, busy["Retry-After"], "ETag" in busy) == (503, "60", False)
    assert client.head(address)["Content-Length"] == under_way["Content-Length"]
    assert len(body(under_way)) == int(under_way["Content-Length"])
    assert client.get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_fiche_that_is_withdrawn_leaves_the_snapshots_in_which_it_stood(client: Client, kept_elsewhere: None) -> None:
    kept, gone = a_life_begun()
    before = a_snapshot_day(AT - timedelta(days=1))
    assert snapshots.take(AT + timedelta(hours=1)) is not None
    untouched = list(SnapshotFile.objects.filter(snapshot=before).values_list("sha256", flat=True))
    write(gone, {"live": False}, at=AT + timedelta(days=3), because="withdraw", reason="Une personne y était nommée")
    outbox.deliver_waiting(timezone.now)
    rewritten = Snapshot.objects.get(day=DAY)
    assert (rewritten.rows, rewritten.rewritten_at is not None) == (1, True)
    for file in rewritten.files.all():
        content = body(client.get(file.get_absolute_url()))
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        assert gone.number.encode() not in (gzip.decompress(content) if file.ending.endswith("gz") else content)
    at_hand = {file.ending: body(client.get(file.get_absolute_url())) for file in rewritten.files.all()}
    assert cells(gzip.decompress(at_hand["csv.gz"])) == cells(b"".join(csv_of(Selection(DAY))))
    assert [row["number"] for row in parquet.read_table(io.BytesIO(at_hand["parquet"])).to_pylist()] == [kept.number]
    sheet = openpyxl.load_workbook(io.BytesIO(at_hand["xlsx"]), read_only=True).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["number", kept.number]
    assert list(SnapshotFile.objects.filter(snapshot=before).values_list("sha256", flat=True)) == untouched


def test_old_snapshots_are_forgotten_but_the_first_of_each_month(
    settings: Any, kept_elsewhere: None, django_capture_on_commit_callbacks: Any
) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    settings.REGISTRY_SNAPSHOT_DAYS = 10
    for days in range(0, 80, 5):
        day = DAY - timedelta(days=days)
        one = Snapshot.objects.create(day=day, state_version=1, taken_at=AT, rows=0, schema={})
        path = default_storage.save(f"{snapshots.FOLDER}/{day}/repertoire.csv.gz", ContentFile(b"x"))
        SnapshotFile.objects.create(snapshot=one, ending="csv.gz", path=path, size=1, sha256="0" * 64)
    with django_capture_on_commit_callbacks(execute=True):
        snapshots.forget(AT)
    kept = set(Snapshot.objects.values_list("day", flat=True))
    assert kept == {date(2026, 6, 15), date(2026, 6, 10), date(2026, 6, 5), date(2026, 5, 1), date(2026, 4, 1)}
    folders, _files = default_storage.listdir(snapshots.FOLDER)
    with_files = {folder for folder in folders if default_storage.listdir(f"{snapshots.FOLDER}/{folder}")[1]}
    assert with_files == {day.isoformat() for day in kept}


def test_a_day_without_snapshot_is_not_found(client: Client) -> None:
    for path in ("2026-06-15/datapackage.json", "hier/datapackage.json", "dernier/repertoire.csv.gz", "2026-99-99/repertoire.csv.gz"):
        assert client.get(f"/repertoire/donnees/instantanes/{path}").status_code == 404


def test_the_pages_are_read_with_a_constant_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for days in range(3):
        one = Snapshot.objects.create(day=DAY - timedelta(days=days), state_version=1, taken_at=AT, rows=1, schema={})
        SnapshotFile.objects.create(snapshot=one, ending="xlsx", path=str(days), size=1, sha256="0" * 64)
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/repertoire/donnees/").status_code == 200
        counts.append(len(caught))
    assert len(set(counts)) == 1
    assert client.get("/repertoire/donnees/colonnes/").status_code == 200
