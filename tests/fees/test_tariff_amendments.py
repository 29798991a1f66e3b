"""Amendments, withdrawals, uncertain efforts, and what differs between two versions."""

import pickle
from decimal import Decimal

import pytest

from fees.tariff.amendments import amend, compare, withdraw
from fees.tariff.calculate import calculate
from fees.tariff.differences import Change, differences
from fees.tariff.dto import AmendmentPolicy, Dropped, Fact, Inputs, Kind, MissingFacts, Mode, Refused, Source, Stage
from fees.tariff.facts import facts_from
from fees.tariff.seeds import seed_grid
from fees.tariff.uncertain import calculate_range
from tests.fees.tariffs import DAY, GRID, VAT, inputs, line, modifier, money, net, of, price, replace, tiers, version

SIGNED = version(line("DATA", fact="data.sources"), line("BASE", unit_amount=money(1000)))
DEARER = version(line("DATA", fact="data.sources", unit_amount=money(300)), line("BASE", unit_amount=money(1000)), number=2)
ACCEPTED = price(SIGNED, {"data.sources": 3})


@pytest.mark.parametrize(
    ("policy", "current", "used", "total"),
    [
        (AmendmentPolicy.LOCKED, DEARER, AmendmentPolicy.LOCKED, 1500),
        (AmendmentPolicy.CURRENT, DEARER, AmendmentPolicy.CURRENT, 2500),
        (AmendmentPolicy.MOST_FAVOURABLE, DEARER, AmendmentPolicy.LOCKED, 1500),
        (AmendmentPolicy.MOST_FAVOURABLE, version(line("BASE", unit_amount=money(1)), number=2), AmendmentPolicy.CURRENT, 1),
        (AmendmentPolicy.MOST_FAVOURABLE, replace(SIGNED, number=2), AmendmentPolicy.LOCKED, 1500),
    ],
)
def test_the_policy_decides_which_prices_an_amendment_uses(policy, current, used, total) -> None:
    amended = amend(ACCEPTED, inputs({"data.sources": 5}), (SIGNED,), (current,), VAT, policy)
    assert (amended.used, amended.result.net) == (used, total)
    assert (amended.other is not None) is (policy is AmendmentPolicy.MOST_FAVOURABLE)
    assert sum(change.difference for change in amended.changes) == total - ACCEPTED.net


def test_before_after_and_difference_stand_by_a_key_that_does_not_move() -> None:
    after = price(version(line("NEW", unit_amount=money(7)), line("DATA", fact="data.sources")), {"data.sources": 5})
    changes = {change.key.line: change[2:] for change in compare(ACCEPTED, after)}
    assert changes == {"NEW": (0, 7, 7), "DATA": (300, 500, 200), "BASE": (1000, 0, -1000)}


def test_a_new_holder_is_priced_by_the_grid_of_the_day() -> None:
    new = version(line("X"), grid=replace(GRID, code="NEW"))
    amended = amend(ACCEPTED, inputs({"data.sources": 3}), (SIGNED,), (DEARER, new), VAT, AmendmentPolicy.LOCKED)
    assert amended.result.versions == ("G/v1", "NEW/v1")
    assert amended.result.net == ACCEPTED.net + 100


def test_a_withdrawal_charges_work_done_without_minimum_nor_floor() -> None:
    grid = version(
        line("WORK", fact="estimate.hours", factor={"minimum": money(10)}, min_amount=money(500), chargeable_on_withdrawal=True),
        line("FILE", unit_amount=money(40), chargeable_on_withdrawal=True),
        line("DATA"),
        modifiers=(modifier("FLOOR", Stage.TOTAL, Kind.FLOOR, 900),),
    )
    assert net(grid, {"estimate.hours": 4}) == 1140
    left = withdraw(inputs({"estimate.hours": 4}), (grid,), VAT, {"G/WORK": money(2)})
    assert {one.key.line: one.net for one in left.lines} == {"WORK": 200}
    assert {one.line: one.reason for one in left.left_out} == {"FILE": Dropped.NOTHING_DONE, "DATA": Dropped.NOT_CHARGEABLE}
    assert of(left, "WORK").rejected[0].reason is Refused.WITHDRAWAL


def test_a_withdrawal_never_charges_more_than_was_counted_nor_needs_an_estimate() -> None:
    grid = version(line("WORK", fact="estimate.hours", chargeable_on_withdrawal=True))
    assert withdraw(inputs({"estimate.hours": 4}), (grid,), VAT, {"G/WORK": money(9)}).net == 400
    assert withdraw(inputs(), (grid,), VAT, {"G/WORK": money(9)}).net == 900
    least = version(line("WORK", fact="estimate.hours", factor={"minimum": money(10)}, chargeable_on_withdrawal=True))
    assert withdraw(inputs({"estimate.hours": 4}), (least,), VAT, {"G/WORK": money(9)}).net == 400


def test_work_of_one_holder_is_charged_to_that_one() -> None:
    grid = version(line("WORK", fact="estimate.hours", each="holder", payee="*", chargeable_on_withdrawal=True))
    holders = {"holder": {name: facts_from({"estimate.hours": 5}) for name in ("north", "south")}}
    assert withdraw(inputs(each=holders), (grid,), VAT, {"G/WORK/north": money(2)}).by_payee == (("north", Decimal(200)),)


def uncertain(low, likely, high, **more):
    return Inputs({"estimate.hours": Fact(money(likely), Source.ASSESSED, money(low), money(high)), **facts_from(more)}, DAY)


def test_an_uncertain_effort_gives_a_range() -> None:
    grid = version(line("BASE"), line(fact="estimate.hours", max_amount=money(700)))
    found = calculate_range(uncertain(2, 5, 9), (grid,), VAT)
    assert (found.low.net, found.likely.net, found.high.net, found.uncertain) == (300, 600, 800, ("estimate.hours",))


def test_a_volume_that_falls_has_its_extremes_inside_the_estimate() -> None:
    grid = version(line(fact="estimate.hours", mode=Mode.VOLUME, tiers=tiers((10, 100), (None, 20))))
    found = calculate_range(uncertain(9, 10, 12), (grid,), VAT)
    assert (found.low.net, found.likely.net, found.high.net) == (220, 1000, 1000)
    found = calculate_range(uncertain(1, 2, 60), (grid,), VAT)
    assert (found.low.net, found.high.net) == (100, 1200)


def test_a_range_line_that_nobody_chose_is_uncertain_and_firm_prices_stay_firm() -> None:
    grid = version(line(mode=Mode.RANGE, range_min=money(50), range_max=money(1600)))
    found = calculate_range(inputs(), (grid,), VAT)
    assert (found.low.net, found.likely.net, found.high.net, found.uncertain) == (50, 825, 1600, ("choice:G/A",))
    firm = calculate_range(inputs(), (version(line()),), VAT)
    assert firm.low == firm.likely == firm.high and firm.uncertain == ()


def test_estimates_of_many_holders_stay_within_reason() -> None:
    grid = version(line("WORK", fact="estimate.hours", each="holder", payee="*"))
    own = {"estimate.hours": Fact(money(5), Source.ASSESSED, money(4), money(6))}
    found = calculate_range(inputs(each={"holder": {f"h{index:02}": own for index in range(12)}}), (grid,), VAT)
    assert (found.low.net, found.likely.net, found.high.net) == (4800, 6000, 7200)


def test_a_range_still_names_the_facts_that_lack() -> None:
    with pytest.raises(MissingFacts):
        calculate_range(uncertain(1, 2, 3), (version(line(fact="data.sources")),), VAT)


def test_two_versions_differ_by_the_fields_of_their_lines_and_modifiers() -> None:
    found = differences(seed_grid("eds-ill-v1"), seed_grid("eds-ill-v2"))
    changed = {(one.code, one.field): (one.before, one.after) for one in found if one.change is Change.CHANGED}
    assert changed["DOSSIER", "unit_amount"] == ("1000", "1200")
    assert changed["CAT-PME", "value"] == ("0.5", "0.4")
    assert ("APPARIEMENT", "label") not in changed
    assert differences(SIGNED, SIGNED) == ()


def test_what_came_and_what_went_are_whole() -> None:
    found = differences(
        version(line("OLD"), line("KEPT")), version(line("KEPT"), line("NEW"), modifiers=(modifier("M", Stage.LINE, Kind.CAP, 1),))
    )
    assert [(one.change, one.part, one.code) for one in found] == [
        (Change.ADDED, "line", "NEW"),
        (Change.REMOVED, "line", "OLD"),
        (Change.ADDED, "modifier", "M"),
    ]


def test_a_version_that_was_calculated_with_can_still_be_kept_in_a_cache() -> None:
    calculate(inputs({"data.sources": 1}), (SIGNED,), VAT)
    assert pickle.loads(pickle.dumps((SIGNED, VAT))) == (SIGNED, VAT)
