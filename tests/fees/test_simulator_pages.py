"""The pages of the simulator: what a visitor sees, keeps, compares and takes away, without an account and without a trace."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import urlencode

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from fees.queries import vat_table
from fees.services.loading import load
from fees.simulator import slots
from fees.simulator.limits import MOST_FILES
from fees.simulator.pricing import outcome_of
from fees.simulator.simulation import Simulation
from fees.tariff import canonical, dto
from fees.tariff.seeds import golden_cases, seed_grid
from registry.trust.floods import let_through
from tests.fees.factories import a_draft, a_grid, a_keeper, a_published, vat_for

pytestmark = pytest.mark.django_db
HERE = "/redevances/simulateur/"


@pytest.fixture
def grids() -> None:
    """The shipped grids, published by two people."""
    load(author=a_keeper(), approver=a_keeper(), at=timezone.now())


@pytest.fixture
def visitor() -> Client:
    """Somebody who reads English and is nobody."""
    return Client(headers={"accept-language": "en"})


def golden(name: str) -> Simulation:
    """A golden case as a visitor would ask for it."""
    case = next(case for case in golden_cases() if case.name == name)
    return Simulation(seed_grid(case.grids[0]), case.inputs.on, case.inputs.facts, case.inputs.options)


INDUSTRIAL = "EDS-ILL v1, industrial"


def words_of(page: Any) -> str:
    """The text of a page, spaces of every kind as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_golden_case_stands_on_the_page_with_its_reasons(grids: None, client: Client) -> None:
    page = client.get(f"{HERE}?{golden(INDUSTRIAL).address}")
    said = words_of(page)
    assert page.status_code == 200 and "59 284,00" in said and "71 140,80" in said
    assert "1 × " in said and "2 × " in said and "18 000,00" in said


def test_the_sentences_say_why_refusals_included(grids: None, visitor: Client) -> None:
    said = words_of(visitor.get(f"{HERE}?{golden(INDUSTRIAL).address}"))
    assert "3 sources: 1 × €8,000.00 + 2 × €5,000.00 = €18,000.00" in said and "Why this amount?" in said
    assert "SME reduction: not granted, because category of the requester: industry." in said
    assert "An example, not an official tariff" in said
    sme = words_of(visitor.get(f"{HERE}?{golden('EDS-ILL v1, sme').address}"))
    assert "€41,534.00" in sme and "provided that the evidence is given" in sme


def test_the_empty_page_shows_the_questions_and_the_worked_examples(grids: None, visitor: Client) -> None:
    page = visitor.get(HERE)
    said = words_of(page)
    assert "Worked examples" in said and "€58,580.00" in said and "€26,875.00 – €35,035.00" in said
    for example in page.context["examples"]:
        assert visitor.get(f"{HERE}?{example.address}").context["price"]


def test_nothing_is_left_with_a_visitor_and_the_language_can_still_be_chosen(grids: None) -> None:
    visitor = Client(enforce_csrf_checks=True)
    pages = [HERE, f"{HERE}?{golden(INDUSTRIAL).address}", f"{HERE}comparer/?{golden(INDUSTRIAL).address}"]
    assert [dict(visitor.get(page).cookies) for page in pages] == [{}, {}, {}]
    assert visitor.post(reverse("set_language"), {"language": "en", "next": HERE}).status_code == 302


def test_without_a_published_grid_the_page_says_so(visitor: Client) -> None:
    a_draft()
    page = visitor.get(HERE)
    assert page.status_code == 200 and "No grid is published yet" in words_of(page)
    assert visitor.get(HERE + "comparer/").status_code == 302
    assert visitor.get(HERE + "simulation.json").status_code == 422


def test_a_draft_cannot_be_simulated(grids: None, visitor: Client) -> None:
    a_draft(a_grid("SECRET"))
    page = visitor.get(HERE + "?grille=SECRET/v1&data.sources=3")
    assert "not published here" in words_of(page) and "Grid on trial" not in words_of(page) and not page.context.get("price")
    assert page.context["reading"].version.key == "EDS-ILL/v2"


def test_a_grid_that_is_not_there_is_said_and_the_answers_stay(grids: None, visitor: Client) -> None:
    for named in ("EDS-ILL/v9", "EDS-ILL/v99999999", "NOBODY", "' OR 1=1", "EDS-ILL/v2/v1", "x" * 3000):
        page = visitor.get(HERE, {"grille": named, "data.sources": "3"})
        assert page.status_code == 200 and "not published here" in words_of(page)
        assert page.context["form"]["data.sources"].value() == "3"


def test_a_bad_answer_is_said_beside_its_field_and_nothing_is_lost(grids: None, visitor: Client) -> None:
    sent = {"grille": "EDS-ILL/v2", "data.sources": "three", "data.patients": "45 000", "requester.category": "sme"}
    page = visitor.get(HERE, sent)
    assert page.status_code == 200 and not page.context.get("price")
    assert 'id="id_data.sources_error"' in page.content.decode() and 'value="three"' in page.content.decode()
    assert page.context["form"]["data.patients"].value() == "45 000" and page.context["form"]["requester.category"].value() == "sme"


def test_the_facts_that_lack_are_listed_with_a_way_to_each(grids: None, visitor: Client) -> None:
    page = visitor.get(HERE + "?grille=EDS-ILL/v2&data.sources=3")
    body = page.content.decode()
    assert "Answer this question: the amount depends on it." in body
    assert 'href="#id_data.patients"' in body and 'id="id_data.patients"' in body
    assert 'href="#id_requester.thesis_0"' in body and 'id="id_requester.thesis_0"' in body


def test_another_grid_shows_its_questions_and_keeps_the_answers(grids: None, visitor: Client) -> None:
    page = visitor.get(HERE + "?grille=DE-FDZ/v2&questions=1&requester.category=academic&data.years=abc&data.sources=3")
    assert page.context["form"]["data.years"].value() == "abc" and not page.context["form"].is_bound
    assert ("data.sources", "3") in page.context["carried"]


def test_a_visitor_who_may_not_write_is_refused_to(grids: None, visitor: Client) -> None:
    assert [visitor.post(HERE + end).status_code for end in ("", "comparer/", "simulation.csv")] == [405, 405, 405]


def test_two_versions_and_all_requesters_are_compared(grids: None, visitor: Client) -> None:
    page = visitor.get(f"{HERE}comparer/?{golden('EDS-ILL v2, industrial').address}")
    versions, categories = page.context["versions"], page.context["categories"]
    assert (versions.older.number, versions.newer.number) == (1, 2)
    assert [row.difference for row in versions.totals] == ["−\u00a0€704.00", "−\u00a0€140.80", "−\u00a0€844.80"]
    assert [row.label for row in versions.rows if row.is_most] == ["Data sources"]
    found = {row.label: (row.before, row.after) for row in categories.rows}
    assert found["SME or start-up"] == ("€41,534.00", "€38,120.00")
    assert found["Holder in primo-access, academic institution"] == ("€23,984.00", "€24,660.00")
    assert [row.label for row in categories.rows if row.is_most] == ["SME or start-up"]
    assert [row.label for row in categories.rows if row.is_yours] == ["Industry"]
    assert words_of(page).count("changes most") == 2


def test_the_oldest_version_is_compared_with_the_next_and_requesters_with_the_reader(grids: None, visitor: Client) -> None:
    page = visitor.get(f"{HERE}comparer/?{golden(INDUSTRIAL).address}")
    assert page.context["other"].number == 2 and page.context["categories"].older is None
    found = {row.label: (row.before, row.after) for row in page.context["categories"].rows}
    assert found["Academic institution"] == ("€59,284.00", "€30,884.00")


def test_a_version_that_asks_more_says_what_lacks(grids: None, visitor: Client) -> None:
    address = "grille=DE-FDZ/v3&data.years=3&requester.statutory_exempt=false&requester.asks_reduction=false&requester.category=sme"
    page = visitor.get(f"{HERE}comparer/?{address}&option=DE-FDZ/SECURE&project.secure_days=2&avec=1")
    assert page.status_code == 200 and page.context["other"].number == 1
    assert len(page.context["reading"].siblings) == 2


def test_what_has_no_amount_cannot_be_compared_and_leads_back(grids: None, visitor: Client) -> None:
    for page in (f"{HERE}comparer/", f"{HERE}simulation.pdf", f"{HERE}simulation.csv"):
        answer = visitor.get(page + "?grille=EDS-ILL/v2&data.sources=3")
        assert answer.status_code == 302 and answer["Location"].startswith(HERE + "?grille=")
    told = visitor.get(f"{HERE}simulation.json?grille=EDS-ILL/v2&data.sources=3")
    assert told.status_code == 422 and "data.patients" in told.json()["missing"]
    wrong = visitor.get(f"{HERE}simulation.json?grille=EDS-ILL/v2&data.sources=x").json()
    assert list(wrong["errors"]) == ["data.sources"] and wrong["missing"] == []
    assert visitor.get(f"{HERE}simulation.exe?{golden(INDUSTRIAL).address}").status_code == 404


def test_the_json_file_can_be_worked_out_again_in_any_language(grids: None, visitor: Client, client: Client) -> None:
    address = f"{HERE}simulation.json?{golden(INDUSTRIAL).address}"
    answer = visitor.get(address)
    told = json.loads(answer.content)
    text = json.dumps(told["snapshot"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert canonical.recompute(text) == canonical.Recomputed(True, told["sha256"], told["sha256"], canonical.read_snapshot(text).result)
    assert told["illustrative"] is True and told["notice"]["fr"] == "Exemple fictif, pas un tarif officiel." and told["range"] is None
    assert client.get(address).content == answer.content
    assert told["address"].endswith(f"{HERE}?{golden(INDUSTRIAL).address}")


def test_the_table_holds_each_line_the_totals_and_the_notice(grids: None, visitor: Client) -> None:
    answer = visitor.get(f"{HERE}simulation.csv?{golden(INDUSTRIAL).address}")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    nets = {row["code"]: row["net"] for row in rows if row["kind"] == "line"}
    assert nets["SOURCES"] == "18000.00" and len(nets) == 9
    assert {row["kind"]: row["net"] for row in rows if row["kind"] in ("net", "vat_total", "gross")} == {
        "net": "59284.00",
        "vat_total": "11856.80",
        "gross": "71140.80",
    }
    assert {row["notice"] for row in rows} == {"An example, not an official tariff: the amounts are invented."}


def test_the_pdf_is_tagged_says_its_language_and_that_it_is_an_example(grids: None, visitor: Client) -> None:
    answer = visitor.get(f"{HERE}simulation.pdf?{golden(INDUSTRIAL).address}")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root and str(document.Root.Lang) == "en"
    said = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "€59,284.00" in said and "€71,140.80" in said and said.count("An example, not an official tariff") >= 1


def test_who_asks_for_many_pdf_files_waits_and_the_rest_stays_open(grids: None, visitor: Client, monkeypatch: Any) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(slots, "_BRAKES", [lambda _request, *how: asked.append(how)])
    address = golden(INDUSTRIAL).address
    assert visitor.get(f"{HERE}simulation.pdf?{address}").status_code == 429 and asked == [("simulator", MOST_FILES, 60)]
    assert visitor.get(f"{HERE}simulation.csv?{address}").status_code == 200 and visitor.get(f"{HERE}?{address}").status_code == 200


def test_the_brake_of_the_registry_is_hung() -> None:
    assert let_through in slots._BRAKES


def test_the_number_of_queries_does_not_grow(grids: None, visitor: Client) -> None:
    address = golden(INDUSTRIAL).address
    pages = [HERE, f"{HERE}?{address}", f"{HERE}comparer/?{address}", f"{HERE}simulation.csv?{address}"]

    def queries() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as counted:
                assert visitor.get(page).status_code == 200
            found.append(len(counted))
        return found

    queries()
    before = queries()
    for number in range(3):
        a_published(a_grid(f"AUTRE-{number}"))
    assert queries() == before and max(before) <= 3


def test_the_simulator_is_found_from_the_fees_the_site_map_and_by_search_engines(grids: None, visitor: Client) -> None:
    assert f'href="{HERE}"' in visitor.get("/redevances/").content.decode()
    assert f'href="{HERE}"' in visitor.get("/plan-du-site/").content.decode()
    assert HERE in visitor.get(reverse("reuse:sitemap_pages")).content.decode()
    assert "noindex" in visitor.get(f"{HERE}?{golden(INDUSTRIAL).address}").content.decode()
    assert "noindex" not in visitor.get(HERE).content.decode()


def test_an_address_that_somebody_lengthens_does_no_more_work(grids: None, visitor: Client) -> None:
    more = urlencode([("option", f"X/{number}") for number in range(300)] + [("data.sources", "3")] * 300)
    page = visitor.get(f"{HERE}?grille=EDS-ILL/v2&{more}")
    assert page.status_code == 200 and len(page.context["carried"]) <= 600


def test_what_the_page_says_is_what_the_calculator_says(grids: None, visitor: Client) -> None:
    one = golden("EDS-ILL v2, academic")
    outcome = outcome_of(one, vat_table())
    shown = visitor.get(f"{HERE}?{one.address}").context["price"]
    assert (
        outcome.result
        and shown.gross == "€35,514.00"
        and outcome.result.gross == dto.ZERO + sum(total.taxable + total.vat for total in outcome.result.vat_totals)
    )


def test_the_grids_of_several_holders_are_counted_together_and_each_has_its_sum(grids: None, visitor: Client) -> None:
    vat_for("service")
    a_published(a_grid("EDS-DEUX", illustrative=True), since=timezone.localdate())
    a_published(a_grid("TARIF"), since=timezone.localdate())
    alone = golden(INDUSTRIAL).address
    page = visitor.get(f"{HERE}?{alone}")
    assert [key for key, _row, _counted in page.context["others"]] == ["EDS-DEUX/v1"], "an example is never added to a tariff"
    assert "Not counted here" in words_of(page)
    both = visitor.get(f"{HERE}?{alone}&aussi=EDS-DEUX&aussi=EDS-DEUX/v1&aussi=DE-FDZ&aussi=EDS-ILL&aussi=TARIF")
    assert [str(amount) for _row, amount in both.context["counted"]] == ["€59,284.00", "€1,000.00"]
    assert both.context["price"].net == "€60,284.00" and "Not counted here" not in words_of(both)
    assert "aussi=EDS-DEUX/v1" in both.context["address"] and len(set(re.findall(r'id="([^"]+)"', both.content.decode()))) == len(
        re.findall(r'id="([^"]+)"', both.content.decode())
    )
    address = both.context["address"]
    assert visitor.get(f"{HERE}?{address}").context["address"] == address
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"{HERE}simulation.csv?{address}").content.decode())))
    assert {row["grid"] for row in rows if row["kind"] == "line"} == {"EDS-ILL", "EDS-DEUX"} and rows[-3]["net"] == "60284.00"
    compared = visitor.get(f"{HERE}comparer/?{address}")
    assert compared.context["versions"].totals[0].before == "€60,284.00"
    assert visitor.get(f"{HERE}simulation.pdf?{address}").status_code == 200
