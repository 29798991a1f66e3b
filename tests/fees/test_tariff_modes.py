"""Every way of charging seen in the schemes of other countries, expressed as data."""

from decimal import Decimal

import pytest

from fees.tariff.dto import (
    BadFact,
    Check,
    Choice,
    Dropped,
    Factor,
    Group,
    LineKey,
    MissingFacts,
    Mode,
    Not,
    Operator,
    Rounding,
    Stage,
    TariffError,
    Unit,
)
from fees.tariff.facts import facts_from
from fees.tariff.vocabulary import Kind, Measure
from tests.fees.tariffs import GRID, inputs, line, modifier, money, net, of, price, replace, tiers, version

HOURS = "estimate.hours"


def priced(one, **facts):
    return net(version(one), {key.replace("__", "."): value for key, value in facts.items()})


def test_a_fixed_amount_is_charged_once() -> None:
    assert net(version(line(unit_amount=money(1431)))) == 1431


def test_started_hours_count_whole() -> None:
    grid = version(line(fact=HOURS, factor={"rounding": Rounding.CEIL}, unit_amount=money(1155)))
    assert net(grid, {HOURS: "2.1"}) == 3465


def test_complete_years_beyond_the_first_are_counted_as_the_english_do() -> None:
    grid = version(
        line(
            fact="project.duration_months",
            factor={"included": money(12), "rounding": Rounding.CEIL_BLOCK, "block": money(12)},
            unit_amount=money(694),
        )
    )
    assert [net(grid, {"project.duration_months": months}) for months in (12, 13, 24, 25)] == [0, 694, 694, 1388]


def test_storage_is_sold_in_started_blocks_per_quarter_as_in_denmark() -> None:
    blocks = Factor("project.storage_gb", rounding=Rounding.CEIL_BLOCK, block=money(5))
    grid = version(line(quantity=(blocks, Factor("project.quarters")), mode=Mode.UNIT, unit=Unit.BLOCK, unit_amount=money(16)))
    assert net(grid, {"project.storage_gb": 11, "project.quarters": 4}) == 3 * 4 * 16


def test_output_checks_beyond_a_quota_per_user_and_month() -> None:
    checks = Factor("project.output_checks", included=money(20), per=("project.users", "project.duration_months"))
    grid = version(line(quantity=(checks,), mode=Mode.UNIT, unit_amount=money(11)))
    facts = {"project.users": 2, "project.duration_months": 3}
    assert net(grid, {**facts, "project.output_checks": 121}) == 11
    assert net(grid, {**facts, "project.output_checks": 120}) == 0


def test_a_minimum_of_hours_and_the_first_ones_free() -> None:
    least = version(line(fact=HOURS, factor={"minimum": money(10)}, unit_amount=money(820)))
    assert [net(least, {HOURS: hours}) for hours in (0, 4, 12)] == [0, 8200, 9840]
    from_the_third = version(line(fact=HOURS, factor={"included": money(2)}, unit_amount=money(820)))
    assert [net(from_the_third, {HOURS: hours}) for hours in (2, 3)] == [0, 820]


def test_free_up_to_ten_hours_and_everything_beyond() -> None:
    grid = version(line(fact=HOURS, mode=Mode.VOLUME, tiers=tiers((10, 0), (None, 820)), accepts_cliff=True))
    assert [net(grid, {HOURS: hours}) for hours in (10, 11)] == [0, 9020]


def test_hourly_work_up_to_a_cap() -> None:
    capped = version(line(fact=HOURS, unit_amount=money(100), max_amount=money(700)))
    assert [net(capped, {HOURS: hours}) for hours in (5, 9)] == [500, 700]


def test_a_band_by_the_number_of_controllers() -> None:
    grid = version(line(fact="data.controllers", mode=Mode.BAND, tiers=tiers((15, 0, 1000), (None, 0, 3000))))
    assert [net(grid, {"data.controllers": count}) for count in (1, 15, 16)] == [1000, 1000, 3000]


def test_an_official_chooses_within_bounds_and_says_why() -> None:
    grid = version(line(mode=Mode.RANGE, range_min=money(50), range_max=money(1600)))
    with pytest.raises(MissingFacts, match="choice:G/A"):
        net(grid)
    assert net(grid, choices={"G/A": Choice(money(800), "complex")}) == 800
    for amount, reason in ((49, "low"), (1601, "high"), (800, " ")):
        with pytest.raises(BadFact):
            net(grid, choices={"G/A": Choice(money(amount), reason)})


def test_data_years_times_datasets_and_user_months_multiply() -> None:
    grid = version(
        line(quantity=(Factor("data.years"), Factor("data.sources")), mode=Mode.UNIT, unit=Unit.DATA_YEAR, unit_amount=money(320))
    )
    assert net(grid, {"data.years": 4, "data.sources": 3}) == 3840


def test_months_of_pause_are_not_charged_but_storage_goes_on() -> None:
    running = Factor("project.duration_months", less=("project.paused_months",))
    space = line("SPACE", quantity=(running,), mode=Mode.UNIT, unit_amount=money(450))
    storage = line("STORAGE", fact="project.duration_months", unit_amount=money(10))
    assert net(version(space, storage), {"project.duration_months": 12, "project.paused_months": 2}) == 10 * 450 + 12 * 10


def test_a_part_of_a_month_is_pro_rata_or_counts_whole() -> None:
    exact = line(fact="project.duration_months", unit_amount=money(100))
    started = line(fact="project.duration_months", factor={"rounding": Rounding.CEIL}, unit_amount=money(100))
    assert [net(version(one), {"project.duration_months": "1.5"}) for one in (exact, started)] == [150, 200]


def test_what_each_holder_estimates_is_passed_on_to_each() -> None:
    passed = line(
        fact="estimate.amount",
        each="holder",
        payee="*",
        unit=Unit.EURO,
        unit_amount=money(1),
        group=Group.PASS_THROUGH,
        vat_profile="authority",
    )
    holders = {"holder": {name: facts_from({"estimate.amount": amount}) for name, amount in (("north", "1200.50"), ("south", 300))}}
    result = price(version(passed), each=holders)
    assert result.by_payee == (("north", money("1200.50")), ("south", money(300)))
    assert result.lines[0].key == LineKey("G", "A", "north", "north")
    assert price(version(passed)).left_out[0].reason is Dropped.NONE_OF_THEM


def test_a_missing_estimate_names_the_holder_who_owes_it() -> None:
    passed = line(fact="estimate.amount", each="holder", payee="*", unit_amount=money(1))
    with pytest.raises(MissingFacts) as refused:
        price(version(passed), each={"holder": {"north": facts_from({"estimate.amount": 1}), "south": {}}})
    assert refused.value.keys == ("estimate.amount@holder/south",)


def test_fees_on_other_lines_are_a_share_of_them_whatever_the_order() -> None:
    work = line("WORK", fact=HOURS, unit_amount=money(100))
    management = line("FEE", quantity=(Factor("line:WORK.base"),), mode=Mode.UNIT, unit=Unit.EURO, unit_amount=money("0.05"))
    for grid in (version(work, management), version(management, work)):
        assert of(price(grid, {HOURS: 10}), "FEE").net == 50


def test_lines_that_refer_to_each_other_in_a_circle_cannot_be_priced() -> None:
    one = line("A", quantity=(Factor("line:B.base"),), mode=Mode.UNIT)
    other = line("B", quantity=(Factor("line:A.base"),), mode=Mode.UNIT)
    with pytest.raises(TariffError, match="A → B → A"):
        net(version(one, other))


def test_an_optional_line_is_charged_when_asked_for() -> None:
    grid = version(line("BASE"), line("EXTRA", optional=True, unit_amount=money(30)))
    assert (net(grid), net(grid, options=frozenset({"G/EXTRA"}))) == (100, 130)


def test_another_kind_of_request_has_its_own_line() -> None:
    kinds = {"application": 1000, "amendment": 350, "refusal": 200}
    lines = [
        line(kind.upper(), unit_amount=money(amount), condition=Check("request.kind", Operator.EQ, (kind,)))
        for kind, amount in kinds.items()
    ]
    assert {kind: net(version(*lines), {"request.kind": kind}) for kind in kinds} == kinds


def test_outside_the_eea_costs_more() -> None:
    inside, outside = Check("requester.in_eea", Operator.IS_TRUE), Not(Check("requester.in_eea", Operator.IS_TRUE))
    grid = version(line("IN", condition=inside), line("OUT", unit_amount=money(3000), condition=outside))
    assert [net(grid, {"requester.in_eea": answer}) for answer in (True, False)] == [100, 3000]


def test_half_price_for_the_last_member_who_is_a_doctoral_student() -> None:
    half = modifier("DOC", Stage.LINE, Kind.COEFFICIENT, "0.5", lines=("LAST",), condition=Check("requester.thesis", Operator.IS_TRUE))
    last = line("LAST", unit_amount=money(200))
    others = line("OTHERS", fact="project.users", factor={"included": money(1)}, unit_amount=money(200))
    grid = version(others, last, modifiers=(half,))
    assert [net(grid, {"project.users": 3, "requester.thesis": thesis}) for thesis in (False, True)] == [600, 500]


def test_a_third_party_pays_a_part_per_unit_and_nothing_vanishes() -> None:
    subsidy = modifier("KOR", Stage.LINE, Kind.SUBSIDY, 562, measure=Measure.PER_UNIT, funded_by="fund")
    result = price(version(line(fact=HOURS, unit_amount=money(2130)), modifiers=(subsidy,)), {HOURS: 10})
    assert (result.net, result.by_funder, of(result, "A").due) == (21300, (("fund", money(5620)),), money(15680))


def test_no_cliff_never_charges_more_than_the_first_unit_of_a_higher_tier() -> None:
    cliff = line(fact="data.sources", mode=Mode.VOLUME, tiers=tiers((10, 100), (None, 50)))
    assert [priced(cliff, data__sources=count) for count in (10, 11)] == [1000, 550]
    smooth = replace(cliff, no_cliff=True)
    assert [priced(smooth, data__sources=count) for count in (5, 6, 10, 11, 12)] == [500, 550, 550, 550, 600]


def test_graduated_tiers_may_add_a_fixed_amount_when_they_are_reached() -> None:
    grid = version(line(fact="data.sources", mode=Mode.GRADUATED, tiers=tiers((1, 100, 10), (None, 50, 7))))
    assert [net(grid, {"data.sources": count}) for count in (1, 2, 3)] == [110, 167, 217]


def test_only_the_line_rounds_and_half_a_cent_goes_up() -> None:
    grid = version(line(fact=HOURS, unit_amount=money("0.533")))
    assert net(grid, {HOURS: 5}) == money("2.67")  # 2.665: half-even would say 2.66


def test_a_yes_counts_as_one() -> None:
    grid = version(line(fact="project.snds_matching", unit_amount=money(6000)))
    assert [net(grid, {"project.snds_matching": answer}) for answer in (True, False)] == [6000, 0]


def test_two_versions_of_one_grid_cannot_price_a_request() -> None:
    from fees.tariff.calculate import calculate
    from tests.fees.tariffs import VAT

    with pytest.raises(TariffError):
        calculate(inputs(), (version(line()), version(line(), number=2)), VAT)


def test_several_grids_add_up() -> None:
    from fees.tariff.calculate import calculate
    from tests.fees.tariffs import VAT

    other = version(line("Z", unit_amount=money(5)), grid=replace(GRID, code="H", owner="other"))
    result = calculate(inputs(), (other, version(line())), VAT)
    assert (result.net, result.versions, [one.key.grid for one in result.lines]) == (105, ("G/v1", "H/v1"), ["G", "H"])
    assert isinstance(result.net, Decimal)


@pytest.mark.parametrize("fact", ["project.disseminations", "project.institutions", "project.licence_years", "data.refreshes"])
def test_disseminations_institutions_licence_years_and_refreshes_are_counted_like_the_rest(fact: str) -> None:
    """What the English, the British biobank and licences charge by; above what is included."""
    grid = version(line("A", mode=Mode.UNIT, unit_amount=Decimal(930), quantity=(Factor(fact, included=Decimal(1)),)))
    assert net(grid, {fact: 3}) == money("1860.00")
