"""Reductions, surcharges, caps, exemptions: what each does, in which order, and why one is refused."""

from datetime import date
from decimal import Decimal

import pytest

from fees.tariff.dto import Check, Grant, Group, Kind, Measure, Op, Operator, Refused, Stage
from fees.tariff.money import apportion
from tests.fees.tariffs import line, modifier, money, net, of, price, version

THESIS = Check("requester.thesis", Operator.IS_TRUE)


def refusals(result, code="A"):
    return {one.code: one.reason for one in of(result, code).rejected}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.COEFFICIENT, "0.2", 20),
        (Kind.PERCENT_OFF, 30, 70),
        (Kind.AMOUNT_OFF, 15, 85),
        (Kind.AMOUNT_OFF, 500, 0),
        (Kind.CAP, 60, 60),
        (Kind.CAP, 600, 100),
        (Kind.FLOOR, 600, 600),
        (Kind.FLOOR, 6, 100),
        (Kind.EXEMPT, 0, 0),
        (Kind.SURCHARGE, "1.5", 150),
    ],
)
@pytest.mark.parametrize("stage", list(Stage))
def test_each_kind_does_what_it_says_at_every_stage(stage, kind, value, expected) -> None:
    assert net(version(line(), modifiers=(modifier("M", stage, kind, value),))) == expected


def test_a_condition_that_fails_refuses_and_says_with_which_facts() -> None:
    result = price(version(line(), modifiers=(modifier("M", Stage.LINE, Kind.CAP, 1, condition=THESIS),)), {"requester.thesis": False})
    assert result.net == 100
    (refused,) = of(result, "A").rejected
    assert (refused.reason, refused.facts[0].key, refused.facts[0].value) == (Refused.CONDITION, "requester.thesis", False)


def test_of_an_exclusive_group_the_most_favourable_holds_and_ties_go_to_the_first_code() -> None:
    halves = [
        modifier(code, Stage.LINE, Kind.COEFFICIENT, value, exclusive="x") for code, value in (("B", "0.5"), ("A", "0.5"), ("C", "0.7"))
    ]
    result = price(version(line(), modifiers=tuple(halves)))
    assert [step.code for step in of(result, "A").steps if step.op is Op.MODIFIER] == ["A"]
    assert refusals(result) == {"B": Refused.LESS_FAVOURABLE, "C": Refused.LESS_FAVOURABLE}
    assert {one.other for one in of(result, "A").rejected} == {"A"}


def test_which_one_is_most_favourable_depends_on_the_amount() -> None:
    pair = (
        modifier("OFF", Stage.LINE, Kind.AMOUNT_OFF, 60, exclusive="x"),
        modifier("HALF", Stage.LINE, Kind.PERCENT_OFF, 50, exclusive="x"),
    )
    result = price(version(line("SMALL"), line("LARGE", unit_amount=money(1000)), modifiers=pair))
    assert (of(result, "SMALL").net, of(result, "LARGE").net) == (40, 500)


def test_cumulative_modifiers_follow_each_other_by_priority_and_bounds_come_last() -> None:
    several = (
        modifier("CAP", Stage.LINE, Kind.CAP, 30, priority=-9),
        modifier("OFF", Stage.LINE, Kind.AMOUNT_OFF, 20, priority=2),
        modifier("HALF", Stage.LINE, Kind.COEFFICIENT, "0.5", priority=1),
    )
    result = price(version(line(), modifiers=several))
    assert [(step.code, step.amount) for step in of(result, "A").steps if step.op is Op.MODIFIER] == [("HALF", 50), ("OFF", 30)]
    assert refusals(result) == {"CAP": Refused.NO_EFFECT}


@pytest.mark.parametrize(
    ("fields", "grant", "reason"),
    [
        ({"on_decision": True}, Grant(), Refused.NO_DECISION),
        ({"requires_justification": True}, Grant(justification=" "), Refused.NO_JUSTIFICATION),
        ({"evidence": "kbis"}, Grant(), Refused.NO_EVIDENCE),
        ({"requires_prior_notice": True}, Grant(), Refused.NO_PRIOR_NOTICE),
        (
            {"requires_prior_notice": True},
            Grant(notified_on=date(2026, 2, 1), work_began_on=date(2026, 2, 1)),
            Refused.NO_PRIOR_NOTICE,
        ),
        ({"minimum": Decimal(1), "maximum": Decimal(2)}, Grant(value=Decimal("2.01")), Refused.OUT_OF_BOUNDS),
        ({}, Grant(value=Decimal("1.2")), Refused.OUT_OF_BOUNDS),
    ],
)
def test_a_formality_that_is_not_met_refuses(fields, grant, reason) -> None:
    result = price(version(line(), modifiers=(modifier("M", Stage.LINE, Kind.SURCHARGE, "1.5", **fields),)), grants={"G/M": grant})
    assert (result.net, refusals(result)) == (100, {"M": reason})


def test_formalities_that_are_met_let_an_official_choose_within_the_bounds() -> None:
    extra = modifier(
        "M",
        Stage.TOTAL,
        Kind.SURCHARGE,
        1,
        minimum=Decimal(1),
        maximum=Decimal(2),
        on_decision=True,
        requires_justification=True,
        requires_prior_notice=True,
        evidence="note",
    )
    grant = Grant(True, "unusual linkage", date(2026, 1, 10), date(2026, 2, 1), "n° 3", Decimal("1.8"))
    result = price(version(line(), modifiers=(extra,)), grants={"G/M": grant})
    assert result.net == 180
    assert of(result, "A").steps[-1].reason == "unusual linkage"


def test_a_simulation_may_assume_the_pieces_and_says_which() -> None:
    grid = version(line(), modifiers=(modifier("SME", Stage.LINE, Kind.COEFFICIENT, "0.5", evidence="kbis"),))
    result = price(grid, assumes_evidence=True)
    assert (result.net, of(result, "A").subject_to) == (50, ("SME",))
    assert of(price(grid, grants={"G/SME": Grant(evidence="n° 1")}), "A").subject_to == ()


def test_a_decision_that_nobody_took_does_not_ask_for_its_facts() -> None:
    assert net(version(line(), modifiers=(modifier("M", Stage.LINE, Kind.CAP, 1, condition=THESIS, on_decision=True),))) == 100


def test_a_group_is_capped_by_itself_and_the_rest_is_not_touched() -> None:
    lines = (line("A"), line("B", unit_amount=money(50)), line("W", group=Group.WORK))
    cap = modifier("CAP", Stage.GROUP, Kind.CAP, 100, groups=(Group.DATA,))
    result = price(version(*lines, modifiers=(cap,)))
    assert {one.key.line: one.net for one in result.lines} == {"A": money("66.67"), "B": money("33.33"), "W": money(100)}


def test_each_group_has_its_own_sum_but_the_total_has_one() -> None:
    lines = (line("A"), line("W", group=Group.WORK))
    assert net(version(*lines, modifiers=(modifier("CAP", Stage.GROUP, Kind.CAP, 60),))) == 120
    assert net(version(*lines, modifiers=(modifier("CAP", Stage.TOTAL, Kind.CAP, 60),))) == 60


def test_shares_of_a_total_add_up_to_the_cent() -> None:
    lines = [line(code) for code in "ABC"]
    result = price(version(*lines, modifiers=(modifier("CAP", Stage.TOTAL, Kind.CAP, 100),)))
    assert [one.net for one in result.lines] == [money("33.34"), money("33.33"), money("33.33")]
    assert result.net == 100


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("1.00", ("0.332", "0.338", "0.33"), ("0.33", "0.34", "0.33")),
        ("0.01", ("1", "1"), ("0.01", "0.00")),
        ("0.02", ("0", "0", "0"), ("0.01", "0.01", "0.00")),
        ("10.00", ("0", "5"), ("0.00", "10.00")),
    ],
)
def test_the_cents_that_are_left_go_to_the_largest_remainders_and_ties_to_the_first(total, weights, shares) -> None:
    assert apportion(money(total), [money(one) for one in weights]) == [money(one) for one in shares]


def test_who_gets_the_last_cent_does_not_depend_on_the_order_of_the_lines() -> None:
    cap = modifier("CAP", Stage.TOTAL, Kind.CAP, "0.01")
    for lines in ((line("A"), line("B")), (line("B"), line("A"))):
        result = price(version(*lines, modifiers=(cap,)))
        assert {one.key.line: one.net for one in result.lines} == {"A": money("0.01"), "B": 0}


def test_an_exemption_comes_last_and_what_it_would_have_cost_stays_known() -> None:
    pair = (modifier("FREE", Stage.TOTAL, Kind.EXEMPT), modifier("HALF", Stage.TOTAL, Kind.COEFFICIENT, "0.5"))
    result = price(version(line(), modifiers=pair))
    (one,) = result.lines
    assert (one.base, one.before_exemption, one.net, result.gross) == (100, 50, 0, 0)
    assert one.steps[-1].op is Op.EXEMPT


def test_a_subsidy_of_a_sum_is_shared_between_lines_and_never_exceeds_them() -> None:
    lines = (line("A"), line("B", unit_amount=money(200)))
    half = modifier("S", Stage.TOTAL, Kind.SUBSIDY, 50, funded_by="fund")
    result = price(version(*lines, modifiers=(half,)))
    assert (result.net, result.by_funder, [one.due for one in result.lines]) == (300, (("fund", money(150)),), [50, 100])
    flood = modifier("S", Stage.TOTAL, Kind.SUBSIDY, 900, funded_by="fund", measure=Measure.AMOUNT)
    assert price(version(*lines, modifiers=(flood,))).by_funder == (("fund", money(300)),)


def test_rounding_a_subsidy_never_pays_more_than_a_line_costs() -> None:
    lines = [line("A", fact="data.patients", unit_amount=money("0.01"))]
    lines += [line(code, fact="estimate.hours") for code in "BC"]
    subsidy = modifier("S", Stage.TOTAL, Kind.SUBSIDY, "0.01", funded_by="fund", measure=Measure.PER_UNIT)
    result = price(version(*lines, modifiers=(subsidy,)), {"data.patients": 100, "estimate.hours": "0.25"})
    assert (of(result, "A").net, of(result, "A").due) == (1, 0)


def test_nobody_pays_for_what_is_exempt() -> None:
    pair = (modifier("FREE", Stage.TOTAL, Kind.EXEMPT), modifier("S", Stage.LINE, Kind.SUBSIDY, 50, funded_by="fund"))
    assert price(version(line(), modifiers=pair)).by_funder == ()
