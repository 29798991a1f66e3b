"""The sentences of a price, in French and in English, reductions refused included."""

import pytest
from django.utils.translation import override

from fees.tariff.amendments import withdraw
from fees.tariff.canonical import priced
from fees.tariff.dto import (
    Check,
    Choice,
    Factor,
    Grant,
    Kind,
    Measure,
    Mode,
    Operator,
    Refused,
    Rounding,
    Stage,
    Unit,
)
from fees.tariff.seeds import golden_cases, seed_grid, seed_vat
from fees.tariff.sentences import Sentences
from tests.fees.tariffs import VAT, inputs, line, modifier, money, of, price, tiers, version

HOURS = "estimate.hours"


def plainly(text: str) -> str:
    """Without the spaces that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def said(language: str, name: str, code: str) -> tuple[str, list[str]]:
    case = next(case for case in golden_cases() if case.name == name)
    grids = [seed_grid(name) for name in case.grids]
    result, _, _ = priced(case.inputs, grids, seed_vat())
    with override(language):
        words = Sentences(grids)
        return plainly(words.why(of(result, code))), [plainly(one) for one in words.refused(of(result, code))]


def test_french_says_why_a_price_is_what_it_is_and_what_was_refused() -> None:
    why, refused = said("fr", "EDS-ILL v1, sme", "SOURCES")
    assert why == "3 sources : 1 × 8 000,00 € + 2 × 5 000,00 € = 18 000,00 € ; réduction PME 50 % → 9 000,00 €"
    assert "Réduction association : ne s’applique pas, car catégorie du demandeur : PME ou jeune pousse." in refused


def test_english_says_the_same() -> None:
    why, refused = said("en", "EDS-ILL v1, sme", "SOURCES")
    assert why == "3 sources: 1 × €8,000.00 + 2 × €5,000.00 = €18,000.00; SME reduction 50% → €9,000.00"
    assert "Association reduction: not granted, because category of the requester: SME or start-up." in refused


@pytest.mark.parametrize(
    ("name", "code", "why"),
    [
        ("EDS-ILL v1, industrial", "DOSSIER", "fixed amount €1,000.00"),
        ("EDS-ILL v1, industrial", "PATIENTS", "45,000 patients: band above 10,000 up to 100,000, €8,000.00"),
        ("EDS-ILL v1, industrial", "ACTUALISATION", "1 refresh: 1 × €2,500.00 = €2,500.00"),
        ("EDS-ILL v1, industrial", "UTILISATEURS", "(5 − 3 included) × 24 = 48 user-months: 48 × €90.00 = €4,320.00"),
        ("DaTraGebV 2014", "PROG_NEW", "9 hours: 9 × €100.00 = €900.00; ceiling of the line → €700.00"),
        (
            "DaTraGebV 2020, chosen within the ranges",
            "ADVICE",
            "amount chosen between €50.00 and €1,600.00: €800.00 (complex query)",
        ),
        (
            "DaTraGebV 2020, exceptional effort announced in time",
            "BASE",
            (
                "fixed amount €300.00; exceptional effort × 1.5 (unusual linkage) on the sum of the lines concerned, "
                "€900.00 → €1,350.00, of which €450.00 for this line"
            ),
        ),
        (
            "DaTraGebV 2025, insurers",
            "YEAR",
            "3 years of data: 3 × €1,000.00 = €3,000.00; exemption of insurers and their associations → €0.00 instead of €3,000.00",
        ),
    ],
)
def test_each_way_of_charging_has_its_sentence(name, code, why) -> None:
    assert said("en", name, code)[0] == why


def english(grid, facts=None, **fields):
    result = price(grid, facts, **fields)
    with override("en"):
        return plainly(Sentences((grid,)).why(of(result, "A")))


@pytest.mark.parametrize(
    ("one", "facts", "why"),
    [
        (
            line(fact=HOURS, factor={"rounding": Rounding.CEIL}),
            {HOURS: "2.5"},
            "2.5, counted 3 = 3 days: 3 × €100.00 = €300.00",
        ),
        (line(fact=HOURS, factor={"minimum": money(10)}), {HOURS: 4}, "4, at least 10 = 10 days: 10 × €100.00 = €1,000.00"),
        (
            line(fact="project.storage_gb", factor={"rounding": Rounding.CEIL_BLOCK, "block": money(5)}, unit=Unit.BLOCK),
            {"project.storage_gb": 11},
            "11 in blocks of 5 begun = 3 blocks: 3 × €100.00 = €300.00",
        ),
        (
            line(fact="data.sources", mode=Mode.VOLUME, tiers=tiers((10, 100), (None, 50)), no_cliff=True, unit=Unit.SOURCE),
            {"data.sources": 10},
            "10 sources: 10 × €100.00 = €1,000.00; never more than the first unit of the next tier → €550.00",
        ),
        (line(fact=HOURS, unit_amount=money("0.533")), {HOURS: 5}, "5 days: 5 × €0.533 = €2.665; rounded to the cent → €2.67"),
        (line(min_amount=money(150)), {}, "fixed amount €100.00; minimum of the line → €150.00"),
        (
            line(fact="data.sources", mode=Mode.GRADUATED, tiers=tiers((None, 50, 7)), unit=Unit.SOURCE),
            {"data.sources": 2},
            "2 sources: 2 × €50.00 + €7.00 = €107.00",
        ),
        (
            line(quantity=(Factor("project.duration_months", less=("project.paused_months",)),), mode=Mode.UNIT, unit=Unit.MONTH),
            {"project.duration_months": 24, "project.paused_months": 2},
            "24 − 2 = 22 months: 22 × €100.00 = €2,200.00",
        ),
        (line(fact=HOURS), {HOURS: "1.5"}, "1.5 days: 1.5 × €100.00 = €150.00"),
        (
            line(quantity=(Factor("data.years"), Factor("data.sources")), mode=Mode.UNIT, unit=Unit.DATA_YEAR),
            {"data.years": 4, "data.sources": 3},
            "4 × 3 = 12 years of data: 12 × €100.00 = €1,200.00",
        ),
        (line(mode=Mode.RANGE, range_min=money(1), range_max=money(9)), {}, "amount chosen between €1.00 and €9.00: €5.00 (why)"),
    ],
)
def test_each_way_of_counting_has_its_sentence(one, facts, why) -> None:
    choices = {"G/A": Choice(money(5), "why")} if one.mode is Mode.RANGE else {}
    assert english(version(one), facts, choices=choices) == why


@pytest.mark.parametrize(
    ("kind", "value", "fields", "why"),
    [
        (Kind.PERCENT_OFF, 30, {}, "modifier M 30% → €70.00"),
        (Kind.AMOUNT_OFF, 30, {}, "modifier M − €30.00 → €70.00"),
        (Kind.CAP, 30, {}, "modifier M €30.00 → €30.00"),
        (Kind.SUBSIDY, 25, {"funded_by": "fund", "measure": Measure.PERCENT}, "modifier M: €25.00 paid by Fund"),
    ],
)
def test_each_modifier_has_its_words(kind, value, fields, why) -> None:
    grid = version(line(), modifiers=(modifier("M", Stage.LINE, kind, value, **fields),))
    assert english(grid) == f"fixed amount €100.00; {why}"


def test_each_refusal_has_its_words_in_both_languages() -> None:
    from fees.tariff.priced import Rejected

    grid = version(line(), modifiers=(modifier("M", Stage.LINE, Kind.CAP, 1), modifier("N", Stage.LINE, Kind.CAP, 2)))
    (one,) = price(grid).lines
    for reason in set(Refused) - {Refused.NO_EFFECT}:
        refused = one._replace(rejected=(Rejected("M", reason, (), "N"),))
        found = {}
        for language in ("fr", "en"):
            with override(language):
                (found[language],) = Sentences((grid,)).refused(refused)
        assert "%(" not in found["fr"] + found["en"]
        assert found["fr"] != found["en"]


def test_what_is_left_out_and_what_depends_on_pieces_is_said() -> None:
    grid = version(
        line(),
        line("B", condition=Check("project.snds_matching", Operator.IS_TRUE)),
        line("C", optional=True),
        modifiers=(modifier("M", Stage.LINE, Kind.COEFFICIENT, "0.5", evidence="kbis"),),
    )
    result = price(grid, {"project.snds_matching": False}, assumes_evidence=True)
    with override("en"):
        words = Sentences((grid,))
        assert [words.left_out(one) for one in result.left_out] == [
            "Line B: does not apply (linkage with the SNDS: no).",
            "Line C: not asked for.",
        ]
        assert words.conditional(of(result, "A")) == ["modifier M: provided that the evidence is given."]
        assert words.vat(result.vat_totals[0]) == "VAT 20% on €50.00 = €10.00"


def test_a_withdrawal_says_what_was_not_charged() -> None:
    grid = version(line(), line("B", chargeable_on_withdrawal=True))
    left = withdraw(inputs(), (grid,), VAT, {})
    with override("en"):
        said_of_it = [Sentences((grid,)).left_out(one) for one in left.left_out]
    assert said_of_it == ["Line A: not charged on a withdrawal.", "Line B: no work was done."]
    assert Grant().evidence == ""
