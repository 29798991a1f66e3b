"""Facts: all that lack are named at once, none is ever taken as 0, and none has a value that is not of its type."""

from datetime import date
from decimal import Decimal

import pytest

from fees.tariff.calculate import calculate
from fees.tariff.conditions import holds
from fees.tariff.dto import (
    AllOf,
    AnyOf,
    BadFact,
    Check,
    Fact,
    Inputs,
    Kind,
    MissingFacts,
    Not,
    Operator,
    Stage,
    TaxPoint,
    UnknownVat,
    VatCategory,
    VatRate,
    VatTable,
    VatTreatment,
)
from fees.tariff.facts import FACTS, Type, facts_from, months_between, parsed
from fees.tariff.seeds import golden_cases, seed_grid, seed_vat
from tests.fees.tariffs import DAY, VAT, inputs, line, modifier, money, net, price, version

SNDS = Check("project.snds_matching", Operator.IS_TRUE)
THESIS = Check("requester.thesis", Operator.IS_TRUE)


def test_every_missing_fact_is_named_at_once() -> None:
    grid = version(
        line("A", fact="estimate.hours", condition=SNDS),
        line("B", fact="data.sources"),
        modifiers=(modifier("M", Stage.TOTAL, Kind.CAP, 1, condition=THESIS),),
    )
    with pytest.raises(MissingFacts) as refused:
        net(grid)
    assert refused.value.keys == ("data.sources", "estimate.hours", "project.snds_matching", "requester.thesis")


def test_nothing_at_all_on_a_real_grid_names_everything_that_it_needs() -> None:
    with pytest.raises(MissingFacts) as refused:
        calculate(Inputs({}, DAY), (seed_grid("eds-ill-v1"),), seed_vat())
    full = golden_cases()[-1].inputs.facts
    assert set(refused.value.keys) == set(full)


@pytest.mark.parametrize("gone", ["data.sources", "requester.category", "project.paused_months", "requester.vat_zone", "requester.thesis"])
def test_one_missing_fact_is_never_zero(gone: str) -> None:
    case = next(case for case in golden_cases() if case.name == "EDS-ILL v1, industrial")
    facts = {key: fact for key, fact in case.inputs.facts.items() if key != gone}
    with pytest.raises(MissingFacts) as refused:
        calculate(Inputs(facts, case.inputs.on), (seed_grid("eds-ill-v1"),), seed_vat())
    assert refused.value.keys == (gone,)


def test_a_fact_that_no_line_needs_is_not_asked_for() -> None:
    either = AnyOf((SNDS, THESIS))
    assert net(version(line(condition=either)), {"requester.thesis": True}) == 100
    both = AllOf((SNDS, THESIS))
    assert net(version(line("A"), line("B", fact="data.sources", condition=both)), {"requester.thesis": False}) == 100
    aims_elsewhere = modifier("M", Stage.LINE, Kind.CAP, 1, lines=("B",), condition=SNDS)
    grid = version(line("A"), line("B", condition=THESIS), modifiers=(aims_elsewhere,))
    assert net(grid, {"requester.thesis": False}) == 100


def test_a_missing_fact_leaves_a_condition_open() -> None:
    facts = facts_from({"requester.thesis": True})
    assert holds(None, {}) is True
    assert [holds(one, facts) for one in (SNDS, Not(SNDS), AllOf((SNDS, THESIS)), AnyOf((SNDS, THESIS)))] == [None, None, None, True]
    assert [holds(one, facts) for one in (AllOf((SNDS, Not(THESIS))), AnyOf((SNDS, Not(THESIS))))] == [False, None]


@pytest.mark.parametrize(
    ("operator", "values", "verdicts"),
    [
        (Operator.EQ, (3,), (False, True, False)),
        (Operator.NE, (3,), (True, False, True)),
        (Operator.IN, (2, 3), (True, True, False)),
        (Operator.NOT_IN, (2, 3), (False, False, True)),
        (Operator.LT, (3,), (True, False, False)),
        (Operator.LE, (3,), (True, True, False)),
        (Operator.GT, (3,), (False, False, True)),
        (Operator.GE, (3,), (False, True, True)),
        (Operator.BETWEEN, (2, 3), (True, True, False)),
    ],
)
def test_each_operator_tests_what_it_says(operator, values, verdicts) -> None:
    check = Check("data.sources", operator, tuple(Decimal(value) for value in values))
    assert tuple(holds(check, facts_from({"data.sources": count})) for count in (2, 3, 4)) == verdicts


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("data.sources", Decimal("1.5")),
        ("data.sources", Decimal(-1)),
        ("data.sources", Decimal("NaN")),
        ("data.sources", 3),
        ("data.sources", 3.0),
        ("data.sources", True),
        ("requester.thesis", "true"),
        ("requester.category", "martian"),
        ("nobody.knows", True),
    ],
)
def test_a_value_that_is_not_of_its_type_is_refused(key, value) -> None:
    with pytest.raises(BadFact):
        calculate(Inputs({key: Fact(value)}, DAY), (version(line()),), VAT)


def test_the_bounds_of_an_estimate_are_in_order() -> None:
    with pytest.raises(BadFact):
        calculate(Inputs({"estimate.hours": Fact(Decimal(5), low=Decimal(6))}, DAY), (version(line()),), VAT)
    with pytest.raises(BadFact):
        facts_from({"estimate.hours": 1.5})


def test_a_condition_that_compares_words_with_numbers_is_refused_with_its_fact() -> None:
    odd = Check("requester.country", Operator.LT, (Decimal(3),))
    with pytest.raises(BadFact, match=r"requester\.country"):
        net(version(line(condition=odd)), {"requester.country": "FR"})


def test_every_registered_fact_has_words_in_both_languages_and_reads_its_own_text() -> None:
    samples = {Type.COUNT: "3", Type.NUMBER: "1.5", Type.BOOLEAN: "true", Type.TEXT: "FR", Type.DAY: "2026-03-01"}
    for kind in FACTS.values():
        assert kind.label.fr and kind.label.en
        assert all(words.fr and words.en for words in kind.options.values())
        parsed(kind.key, next(iter(kind.options)) if kind.type is Type.CHOICE else samples[kind.type])


def test_months_run_from_day_to_day() -> None:
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 1
    assert months_between(date(2026, 1, 1), date(2026, 2, 15)) == money("1.5")
    assert months_between(date(2024, 3, 10), date(2026, 3, 10)) == 24


# ---- VAT


def test_vat_is_computed_on_the_sum_of_a_group_and_not_line_by_line() -> None:
    lines = [line(code, unit_amount=money("0.13")) for code in "ABC"]
    (total,) = price(version(*lines)).vat_totals
    assert (total.taxable, total.vat) == (money("0.39"), money("0.08"))  # three times 0.03 would make 0.09


def test_vat_has_a_group_for_each_payee_category_and_rate() -> None:
    lines = (line("A"), line("B", payee="other"), line("C", vat_profile="authority"))
    totals = price(version(*lines)).vat_totals
    assert [(one.payee, one.category, one.taxable, one.vat) for one in totals] == [
        ("holder", "O", money(100), money(0)),
        ("holder", "S", money(100), money(20)),
        ("other", "S", money(100), money(20)),
    ]


@pytest.mark.parametrize(("day", "rate"), [(date(2013, 12, 31), "19.6"), (date(2014, 1, 1), "20")])
def test_the_rate_is_that_of_the_day_of_the_tax_point(day, rate) -> None:
    grid = version(line(tax_point=TaxPoint.PERIOD_END))
    asked = inputs({"requester.vat_zone": "fr"}, on=date(2010, 1, 1), tax_points={TaxPoint.PERIOD_END: day})
    assert calculate(asked, (grid,), seed_vat()).lines[0].vat_rate == money(rate)


def test_the_finnish_rise_uses_the_end_of_the_billing_period() -> None:
    rates = (VatRate("FI", money(24), date(2013, 1, 1), date(2024, 9, 1)), VatRate("FI", money("25.5"), date(2024, 9, 1)))
    table = VatTable((VatTreatment("service", 1, VatCategory.STANDARD, "FI"),), rates)
    grid = version(line(unit_amount=money("147.50"), tax_point=TaxPoint.PERIOD_END))
    asked = inputs(on=date(2024, 8, 15), tax_points={TaxPoint.PERIOD_END: date(2024, 9, 30)})
    result = calculate(asked, (grid,), table)
    assert (result.vat, result.gross) == (money("37.61"), money("185.11"))


@pytest.mark.parametrize(
    ("facts", "category", "rate"),
    [
        ({"requester.vat_zone": "fr"}, "S", "20"),
        ({"requester.vat_zone": "fr_overseas"}, "S", "8.5"),
        ({"requester.vat_zone": "fr_no_vat"}, "O", "0"),
        ({"requester.vat_zone": "eu", "requester.taxable": True, "requester.vat_number_checked": True}, "AE", "0"),
        ({"requester.vat_zone": "eu", "requester.taxable": True, "requester.vat_number_checked": False}, "S", "20"),
        ({"requester.vat_zone": "eu", "requester.taxable": False}, "S", "20"),
        ({"requester.vat_zone": "other", "requester.taxable": True}, "O", "0"),
    ],
)
def test_the_shipped_table_taxes_each_buyer(facts, category, rate) -> None:
    (only,) = calculate(inputs(facts), (version(line()),), seed_vat()).lines
    assert (only.vat_category, only.vat_rate) == (category, money(rate))


def test_a_line_that_no_treatment_covers_is_refused_with_its_profile_and_day() -> None:
    with pytest.raises(UnknownVat) as refused:
        price(version(line(), line("B", vat_profile="unheard")))
    assert refused.value.lines == (("G/B", "unheard", DAY),)
