"""The simulator in pieces: what is asked, what an address holds, what is refused, and what a file says. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from fees.simulator.downloads import _written
from fees.simulator.examples import project, simulations
from fees.simulator.forms import PROPOSED, SimulationForm
from fees.simulator.help import HELP
from fees.simulator.limits import MOST_OF, most_of
from fees.simulator.pricing import likely, outcome_of
from fees.simulator.questions import PARTS, asked_by, is_uncertain, part_of
from fees.simulator.shown import shown_of
from fees.simulator.simulation import Simulation, decided_in
from fees.tariff import dto
from fees.tariff.canonical import recompute
from fees.tariff.facts import FACTS, NUMERIC, Type, parsed
from fees.tariff.seeds import golden_cases, seed_grid, seed_grids, seed_vat
from fees.tariff.uncertain import calculate_range
from tests.fees import tariffs

DAY = date(2026, 3, 2)
VAT = seed_vat()
GRID = seed_grid("eds-ill-v2")
ASKED = asked_by([GRID], VAT)


def form(**sent: str) -> SimulationForm:
    """The form of the example grid with what an address sends; `a__b` stands for `a.b`."""
    query = QueryDict(mutable=True)
    query.update({name.replace("__", "."): value for name, value in sent.items()})
    return SimulationForm(ASKED, query, day=DAY)


def test_a_form_asks_exactly_the_facts_that_its_grid_uses() -> None:
    assert {"data.sources", "data.patients", "estimate.prep_days", "requester.category", "requester.vat_zone"} < set(ASKED.keys)
    assert not {"data.years", "project.secure_days", "requester.statutory_exempt"} & set(ASKED.keys)
    named = [key for _code, _title, keys in ASKED.parts() for key in keys]
    assert sorted(named) == sorted(ASKED.keys) and ASKED.parts()[-1][0] == "vat"


@pytest.mark.parametrize("version", seed_grids(), ids=lambda version: version.key)
def test_whoever_answers_everything_that_is_asked_is_told_an_amount(version: dto.GridVersion) -> None:
    asked = asked_by([version], VAT)
    facts = {key: dto.Fact(parsed(key, project()[key])) for key in asked.keys}
    assert outcome_of(Simulation(version, DAY, facts, frozenset(asked.options)), VAT).missing == ()


def test_every_registered_fact_has_a_place_an_example_and_a_bound() -> None:
    assert {part_of(key) for key in FACTS} <= {code for code, _title, _starts in PARTS}
    assert set(project()) == set(FACTS)
    assert all(Decimal(project()[key]) <= most_of(key) for key, kind in FACTS.items() if kind.type in NUMERIC)
    assert set(HELP) | set(MOST_OF) | set(PROPOSED) <= set(FACTS)


def test_the_examples_are_the_golden_cases_of_the_grid() -> None:
    golden = {case.name.removeprefix("EDS-ILL v2, "): case.net for case in golden_cases() if case.grids == ("eds-ill-v2",)}
    found = {one["code"]: result.net for one, simulation in simulations(ASKED, DAY) if (result := likely(simulation, VAT))}
    assert {name: found[name] for name in ("industrial", "sme", "academic", "association")} == {
        name: golden[name] for name in ("industrial", "sme", "academic", "association")
    }
    assert found["primo"] == Decimal("24660.00") and found["uncertain"] == found["academic"]


def values(key: str) -> st.SearchStrategy[Any]:
    """What a fact may be in an address."""
    kind = FACTS[key]
    if kind.type is Type.BOOLEAN:
        return st.booleans()
    if kind.type is Type.CHOICE:
        return st.sampled_from(sorted(kind.options))
    if kind.type is Type.TEXT:
        return st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True)
    return st.decimals(0, most_of(key), places=0 if kind.type is Type.COUNT else 4)


@st.composite
def asked_simulations(draw: Any) -> Simulation:
    """Any simulation that the form can make, on any grid that is shipped."""
    version = draw(st.sampled_from(seed_grids()))
    asked = asked_by([version], VAT)
    keys = draw(st.lists(st.sampled_from(asked.keys), unique=True, min_size=1))
    facts = {key: draw(values(key).map(lambda value: dto.Fact(value))) for key in keys}
    for key in [key for key in keys if is_uncertain(FACTS[key])][:3]:
        low, likely_one, high = sorted(draw(st.tuples(values(key), values(key), values(key))))
        facts[key] = dto.Fact(likely_one, low=low, high=draw(st.sampled_from((None, high))))
    options = draw(st.sets(st.sampled_from(sorted(asked.options)))) if asked.options else set()
    return Simulation(version, draw(st.dates(date(2000, 1, 1), date(2099, 12, 31))), facts, frozenset(options))


@given(asked_simulations())
def test_an_address_gives_back_the_simulation_that_wrote_it(simulation: Simulation) -> None:
    read = SimulationForm(asked_by([simulation.version], VAT), QueryDict(simulation.address), day=DAY)
    assert read.is_valid(), read.errors
    again = read.simulation(simulation.version)
    assert again == simulation and again.address == simulation.address


@pytest.mark.parametrize(
    ("typed", "value"),
    [("3", "3"), (" 45 000 ", "45000"), ("45\u202f000", "45000"), ("003", "3"), ("3,0", "3"), ("3.00", "3"), ("", None)],
)
def test_a_number_is_read_as_people_write_it(typed: str, value: str | None) -> None:
    found = form(data__patients=typed)
    assert found.is_valid() and found.cleaned_data["data.patients"] == (Decimal(value) if value else None)


BAD = [
    ("data.patients", "many"),
    ("data.patients", "-3"),
    ("data.patients", "1e9"),
    ("data.patients", "2.5"),
    ("data.patients", "100000001"),
    ("data.patients", "9" * 5000),
    ("data.sources", "NaN"),
    ("data.sources", "Infinity"),
    ("data.sources", "٣"),
    ("data.sources", "0x10"),
    ("data.sources", "10001"),
    ("project.duration_months", "12.34567"),
    ("project.duration_months", "601"),
    ("project.duration_months", "1/0"),
    ("requester.category", "king"),
    ("requester.category", "<script>"),
    ("requester.thesis", "maybe"),
    ("jour", "yesterday"),
    ("jour", "1999-12-31"),
    ("jour", "9999-01-01"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{name}={value[:12]}" for name, value in BAD])
def test_a_bad_answer_is_refused_beside_its_field_and_stays_there(name: str, value: str) -> None:
    found = form(**{name: value, "data.refreshes": "1"})
    assert not found.is_valid() and list(found.errors) == [name]
    assert len(found.errors[name]) == 1 and found[name].value() == value


@pytest.mark.parametrize(
    ("likely_one", "low", "high", "where"),
    [
        ("5", "9", "", "estimate.prep_days.min"),
        ("5", "", "4", "estimate.prep_days.max"),
        ("", "2", "4", "estimate.prep_days"),
        ("x", "2", "4", "estimate.prep_days"),
    ],
)
def test_bounds_stand_on_both_sides_of_the_likely_number(likely_one: str, low: str, high: str, where: str) -> None:
    found = form(estimate__prep_days=likely_one, estimate__prep_days__min=low, estimate__prep_days__max=high)
    assert not found.is_valid() and list(found.errors) == [where]


def test_bounds_on_more_than_three_answers_are_refused() -> None:
    keys = ["estimate.prep_days", "estimate.hours", "estimate.advice_hours", "estimate.amount"]
    lines = [tariffs.line(f"L{place}", fact=key) for place, key in enumerate(keys)]
    asked = asked_by([tariffs.version(*lines)], tariffs.VAT)

    def sent(number: int) -> SimulationForm:
        query = QueryDict(mutable=True)
        query.update(dict.fromkeys(keys, "5") | {f"{key}.max": "9" for key in keys[:number]})
        return SimulationForm(asked, query, day=DAY)

    assert sent(3).is_valid() and not sent(4).is_valid()


def test_a_missing_fact_is_named_and_never_taken_as_zero() -> None:
    one = Simulation(GRID, DAY, {"data.sources": dto.Fact(Decimal(3))})
    found = outcome_of(one, VAT)
    assert found.result is None and {"data.patients", "requester.category", "estimate.prep_days"} <= set(found.missing)
    assert "data.sources" not in found.missing and "requester.taxable" not in found.missing


def test_an_uncertain_effort_gives_the_range_that_the_calculator_gives() -> None:
    one = {example["code"]: simulation for example, simulation in simulations(ASKED, DAY)}["uncertain"]
    found = outcome_of(one, VAT)
    assert found.range == calculate_range(one.inputs, [GRID], VAT)
    assert found.range and (found.range.low.net, found.range.high.net) == (Decimal("26875.00"), Decimal("35035.00"))
    assert found.result == found.range.likely and recompute(found.text).same


def test_an_amount_that_an_official_has_to_choose_gives_a_range_too() -> None:
    version = seed_grid("de-fdz-v2020")
    asked = asked_by([version], VAT)
    facts = {key: dto.Fact(parsed(key, project()[key])) for key in asked.keys}
    one = Simulation(version, DAY, facts, frozenset({"DE-FDZ/ADVICE"}))
    found = outcome_of(one, VAT)
    assert found.range and found.result and found.range.high.net - found.range.low.net == Decimal(1550)
    assert found.result.net == found.range.likely.net
    assert not replace(one, options=frozenset()).is_uncertain


def test_a_line_that_is_repeated_is_counted_as_often_as_asked() -> None:
    line = replace(tariffs.line("HOLDER"), each="holder", payee=dto.EACH)
    version = tariffs.version(line)
    asked = asked_by([version], tariffs.VAT)
    query = QueryDict("nombre.holder=3")
    found = SimulationForm(asked, query, day=DAY)
    assert found.is_valid()
    one = found.simulation(version)
    result = outcome_of(one, tariffs.VAT).result
    assert result and result.net == Decimal(300) and "nombre.holder=3" in one.address
    assert not SimulationForm(asked, QueryDict("nombre.holder=21"), day=DAY).is_valid()


def test_the_same_inputs_in_another_order_have_the_same_address_and_the_same_hash() -> None:
    facts = {key: dto.Fact(parsed(key, project()[key])) for key in ASKED.keys}
    one, other = (Simulation(GRID, DAY, dict(order)) for order in (facts.items(), reversed(facts.items())))
    assert one.address == other.address and outcome_of(one, VAT).sha256 == outcome_of(other, VAT).sha256


def test_a_surcharge_that_only_the_staff_decide_can_be_tried_out(in_english: None) -> None:
    version = seed_grid("de-fdz-v2025")
    asked = asked_by([version], VAT)
    key = next(key for key in asked.decisions if key.endswith("/EXCEPTIONAL"))
    facts = {one: project()[one] for one in asked.keys}
    query = QueryDict(mutable=True)
    query.update({**facts, f"decision.{key}": "1,5"})
    form = SimulationForm(asked_by([version], VAT, decided_in(query)), query, day=DAY)
    assert form.is_valid(), form.errors
    tried = form.simulation(version)
    plain, decided = outcome_of(replace(tried, decided={}), VAT), outcome_of(tried, VAT)
    assert plain.result and decided.result and decided.result.net == plain.result.net * Decimal("1.5")
    assert "supposed for this simulation" in "".join(line.why for group in shown_of(decided).groups for line in group.lines)
    again = SimulationForm(asked, QueryDict(tried.address), day=DAY)
    assert again.is_valid() and again.simulation(version) == tried
    query[f"decision.{key}"] = "3"
    assert f"decision.{key}" in SimulationForm(asked, query, day=DAY).errors


def test_a_cell_of_the_file_is_never_a_formula() -> None:
    rows: list[list[str]] = []
    _written(SimpleNamespace(writerow=rows.append), ["=1+1", "-2", "+x", "@y", "ok"])
    assert rows == [["'=1+1", "'-2", "'+x", "'@y", "ok"]]
