"""The linter: every kind of fault is found, at its place and in words; a sound grid has none."""

from datetime import date

import pytest
from django.utils.translation import override

from fees.tariff.dto import (
    EACH,
    Check,
    CostBasis,
    Factor,
    Grid,
    Kind,
    Mode,
    Operator,
    PolicyOrder,
    Rounding,
    Stage,
    Text,
)
from fees.tariff.lint import Finding, Level, Problem, lint, lint_periods, publishable
from fees.tariff.lint.words import WORDS
from tests.fees.tariffs import DAY, GRID, VAT, line, modifier, money, replace, tiers, version

HOURS = "estimate.hours"
SIZED = tiers((10, 100), (None, 50))


def volume(**fields):
    return line(fact="data.sources", mode=Mode.VOLUME, tiers=SIZED, **fields)


def graduated(*rows):
    return line(fact=HOURS, mode=Mode.GRADUATED, tiers=tiers(*rows))


def with_modifier(stage, kind, value=0, **fields):
    return version(line(), modifiers=(modifier("M", stage, kind, value, **fields),))


def pair(first, second):
    return version(line("A"), line("B"), modifiers=(first, second))


def check(fact, operator, *values):
    return version(line(condition=Check(fact, operator, values)))


ORDER = PolicyOrder("requester.category", (("academic",), ("industrial",)))
FAULTY = [
    (version(), Problem.NO_LINE, "content"),
    (replace(version(line()), valid_from=None), Problem.NO_START, "valid_from"),
    (version(line(), valid_to=date(2025, 1, 1)), Problem.PERIOD_REVERSED, "valid_to"),
    (version(line(), grid=replace(GRID, currency="NOK")), Problem.CURRENCY, "grid.currency"),
    (version(line(), line()), Problem.CODE_TWICE, "A"),
    (version(line("a/b")), Problem.BAD_CODE, "a/b"),
    (version(line(label=Text("Ligne", " "))), Problem.LABEL_MISSING, "A"),
    (version(line(fact=HOURS, mode=Mode.GRADUATED)), Problem.NO_TIERS, "A"),
    (version(graduated((5, 1), (5, 2), (None, 3))), Problem.TIERS_NOT_INCREASING, "A.tiers[1]"),
    (version(graduated((0, 1), (None, 3))), Problem.TIERS_NOT_INCREASING, "A.tiers[0]"),
    (version(graduated((5, 1), (9, 2))), Problem.TIER_GAP, "A.tiers[1]"),
    (version(graduated((None, 1), (None, 2))), Problem.TIER_AFTER_LAST, "A.tiers[0]"),
    (version(line(tiers=SIZED)), Problem.TIERS_USELESS, "A"),
    (version(line(unit_amount=money(-1))), Problem.NEGATIVE, "A.unit_amount"),
    (version(graduated((5, -1), (None, 3))), Problem.NEGATIVE, "A.tiers[0].unit_amount"),
    (version(line(min_amount=money(9), max_amount=money(8))), Problem.BOUNDS_REVERSED, "A.max_amount"),
    (version(line(mode=Mode.RANGE, range_min=money(9), range_max=money(8))), Problem.BOUNDS_REVERSED, "A.range_max"),
    (version(line(mode=Mode.RANGE, range_min=money(9))), Problem.BOUNDS_MISSING, "A"),
    (version(line(mode=Mode.UNIT)), Problem.NO_QUANTITY, "A"),
    (version(line(fact=HOURS, factor={"rounding": Rounding.CEIL_BLOCK, "block": money(0)})), Problem.BAD_BLOCK, "A.quantity[0]"),
    (version(line(fact=HOURS, mode=Mode.VOLUME, tiers=SIZED, no_cliff=True)), Problem.NOT_COUNTED_WHOLE, "A"),
    (version(volume()), Problem.CLIFF, "A.tiers[0]"),
    (version(line(fact="data.sources", mode=Mode.BAND, tiers=tiers((1, 0, 9), (None, 0, 5)))), Problem.CLIFF, "A.tiers[0]"),
    (version(line(fact="no.such")), Problem.UNKNOWN_FACT, "A.quantity[0]"),
    (check("no.such", Operator.IS_TRUE), Problem.UNKNOWN_FACT, "A.condition"),
    (version(line(fact="requester.category")), Problem.NOT_A_NUMBER, "A.quantity[0]"),
    (check("requester.category", Operator.LT, "sme"), Problem.BAD_TEST, "A.condition"),
    (check("requester.thesis", Operator.EQ, True), Problem.BAD_TEST, "A.condition"),
    (check("data.sources", Operator.BETWEEN, money(1)), Problem.BAD_TEST, "A.condition"),
    (check("requester.category", Operator.IN), Problem.BAD_TEST, "A.condition"),
    (check("requester.category", Operator.EQ, "martian"), Problem.BAD_VALUE, "A.condition"),
    (check("data.sources", Operator.EQ, "3"), Problem.BAD_VALUE, "A.condition"),
    (check("data.sources", Operator.BETWEEN, money(4), money(3)), Problem.BOUNDS_REVERSED, "A.condition"),
    (version(line(quantity=(Factor("line:A.base"),), mode=Mode.UNIT)), Problem.CYCLE, "A"),
    (version(line(quantity=(Factor("line:Z.base"),), mode=Mode.UNIT)), Problem.UNKNOWN_LINE, "A.quantity[0]"),
    (version(line(), line("B", quantity=(Factor("line:A.colour"),), mode=Mode.UNIT)), Problem.BAD_REFERENCE, "B.quantity[0]"),
    (version(line(payee="stranger")), Problem.UNKNOWN_PAYEE, "A"),
    (version(line(payee=EACH)), Problem.EACH_WITHOUT_DIMENSION, "A"),
    (version(line(cost_basis=CostBasis.COLLECTION)), Problem.COLLECTION_BY_PUBLIC, "A"),
    (version(line(cost_basis=CostBasis.COLLECTION, payee="other")), Problem.COLLECTION_BY_PUBLIC, "A"),
    (version(line(vat_profile="")), Problem.NO_VAT_PROFILE, "A"),
    (version(line(vat_profile="unheard")), Problem.UNKNOWN_VAT_PROFILE, "A"),
    (with_modifier(Stage.LINE, Kind.CAP, 1, lines=("Z",)), Problem.UNKNOWN_LINE, "M.lines"),
    (with_modifier(Stage.LINE, Kind.CAP, 1, lines=("Z",)), Problem.AIMS_AT_NOTHING, "M"),
    (with_modifier(Stage.LINE, Kind.CAP, -1), Problem.NEGATIVE, "M.value"),
    (with_modifier(Stage.LINE, Kind.COEFFICIENT, "0.5", minimum=money("0.6"), maximum=money(1)), Problem.VALUE_OUT_OF_BOUNDS, "M.value"),
    (with_modifier(Stage.LINE, Kind.COEFFICIENT, "0.5", minimum=money(1), maximum=money(0)), Problem.BOUNDS_REVERSED, "M.maximum"),
    (with_modifier(Stage.LINE, Kind.COEFFICIENT, "1.5"), Problem.RAISES, "M"),
    (with_modifier(Stage.LINE, Kind.PERCENT_OFF, 101), Problem.VALUE_OUT_OF_BOUNDS, "M.value"),
    (with_modifier(Stage.LINE, Kind.SURCHARGE, 2), Problem.SURCHARGE_UNBOUNDED, "M"),
    (with_modifier(Stage.LINE, Kind.SURCHARGE, "0.5", maximum=money(2)), Problem.VALUE_OUT_OF_BOUNDS, "M.value"),
    (with_modifier(Stage.LINE, Kind.SUBSIDY, 5), Problem.NO_FUNDER, "M"),
    (with_modifier(Stage.LINE, Kind.SUBSIDY, 5, funded_by="stranger"), Problem.UNKNOWN_PAYEE, "M"),
    (with_modifier(Stage.LINE, Kind.SUBSIDY, 5, funded_by="fund", exclusive="x"), Problem.EXCLUSIVE_SUBSIDY, "M"),
    (
        pair(modifier("M", Stage.LINE, Kind.CAP, 1, exclusive="x"), modifier("N", Stage.TOTAL, Kind.CAP, 1, exclusive="x")),
        Problem.EXCLUSIVE_STAGES,
        "M",
    ),
    (
        pair(modifier("M", Stage.TOTAL, Kind.CAP, 1, exclusive="x"), modifier("N", Stage.TOTAL, Kind.CAP, 1, exclusive="x", lines=("A",))),
        Problem.EXCLUSIVE_AIMS,
        "M",
    ),
    (version(line(), policy_order=PolicyOrder("requester.category", (("martian",),))), Problem.POLICY_FACT, "policy_order"),
    (
        version(
            line(),
            modifiers=(
                modifier("M", Stage.LINE, Kind.COEFFICIENT, "0.5", condition=Check("requester.category", Operator.EQ, ("industrial",))),
            ),
            policy_order=ORDER,
        ),
        Problem.POLICY_ORDER,
        "policy_order",
    ),
]


@pytest.mark.parametrize(("grid", "problem", "where"), FAULTY, ids=lambda value: value.value if isinstance(value, Problem) else "")
def test_a_fault_is_found_where_it_stands(grid, problem, where) -> None:
    found = lint(grid, VAT)
    assert (problem, where) in {(one.problem, one.where) for one in found}
    assert not publishable(found)


def test_every_problem_has_a_case_and_words_that_its_details_fill() -> None:
    found = [one for grid, _, _ in FAULTY for one in lint(grid, VAT)]
    found += lint_periods([version(line(), valid_to=DAY), replace(version(line(), number=2), valid_from=date(2026, 4, 1))])
    found += lint_periods([version(line()), replace(version(line(), number=2), valid_from=date(2026, 4, 1))])
    assert {one.problem for one in found} == set(Problem) == set(WORDS)
    with override("en"):
        assert all("{" not in one.sentence and one.sentence.endswith(".") for one in found)


def test_a_sound_grid_has_no_finding() -> None:
    assert lint(version(line(), line("B", payee="other", fact=HOURS)), VAT) == ()


def test_a_cliff_must_be_accepted_in_the_document_and_says_both_amounts() -> None:
    (cliff,) = lint(version(volume()), VAT)
    assert (cliff.level, cliff.details) == (Level.ACCEPTABLE, ("10", "1000.00", "11", "550.00"))
    accepted = lint(version(volume(accepts_cliff=True)), VAT)
    assert [one.level for one in accepted] == [Level.NOTE]
    assert publishable(accepted)
    assert lint(version(volume(no_cliff=True)), VAT) == ()


def test_a_private_holder_may_charge_collection() -> None:
    private = Grid("G", Text("Grille", "Grid"), "holder", "Holder", holder_is_public=False)
    grid = version(line(cost_basis=CostBasis.COLLECTION), grid=private, payees=())
    assert lint(grid, VAT) == ()


def test_the_declared_order_is_tried_on_requests_of_several_sizes() -> None:
    cheap = Check("requester.category", Operator.EQ, ("academic",))
    kept = version(line(fact=HOURS), modifiers=(modifier("M", Stage.LINE, Kind.COEFFICIENT, "0.5", condition=cheap),), policy_order=ORDER)
    assert lint(kept, VAT) == ()
    broken = version(line(fact=HOURS), modifiers=(modifier("M", Stage.TOTAL, Kind.FLOOR, 500, condition=cheap),), policy_order=ORDER)
    assert lint(broken, VAT)[0].details == ("academic", "500.00", "industrial", "100.00")


def test_periods_without_gap_nor_overlap_have_no_finding() -> None:
    first = version(line(), valid_to=DAY)
    assert lint_periods([replace(version(line(), number=2), valid_from=DAY), first]) == ()
    (gap,) = lint_periods([first, replace(version(line(), number=2), valid_from=date(2026, 3, 2))])
    assert gap == Finding(Problem.PERIOD_GAP, "G/v2", ("2026-03-01", "2026-03-02"))
