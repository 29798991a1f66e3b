"""The golden cases: prices worked out by hand or read in a law. They hold for ever."""

import pytest

from fees.tariff.canonical import priced, recompute
from fees.tariff.lint import lint, lint_periods
from fees.tariff.seeds import GoldenCase, golden_cases, seed_grid, seed_grids, seed_vat

CASES = golden_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_case_keeps_its_price(case: GoldenCase) -> None:
    result, text, _ = priced(case.inputs, [seed_grid(name) for name in case.grids], seed_vat())
    assert (result.net, result.vat, result.gross) == (case.net, case.vat, case.gross)
    nets = {line.key.line: line.net for line in result.lines}
    assert not case.lines or nets == case.lines
    assert recompute(text).same


def test_every_grid_that_the_project_ships_has_a_golden_case() -> None:
    named = {name for case in CASES for name in case.grids}
    assert {f"{version.grid.code}/v{version.number}" for version in seed_grids()} == {seed_grid(name).key for name in named}


def test_every_grid_that_the_project_ships_could_be_published() -> None:
    assert {version.key: lint(version, seed_vat()) for version in seed_grids()} == {version.key: () for version in seed_grids()}
    for code in {version.grid.code for version in seed_grids()}:
        assert lint_periods([version for version in seed_grids() if version.grid.code == code]) == ()


def test_the_invented_grid_says_that_it_is_an_example_and_the_real_one_names_its_source() -> None:
    for version in seed_grids():
        assert version.grid.illustrative is (version.grid.code == "EDS-ILL")
        assert version.grid.illustrative or version.content.sources[0].startswith("https://")


def test_no_reading_of_the_second_invented_version_is_dearer_except_for_the_holder_in_primo_access() -> None:
    prices = {case.name: case.net for case in CASES if case.name.startswith("EDS-ILL")}
    for name, price in prices.items():
        if name.startswith("EDS-ILL v1"):
            assert (prices[name.replace("v1", "v2")] < price) is ("primo" not in name)
