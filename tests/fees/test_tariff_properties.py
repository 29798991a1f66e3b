"""What holds for every grid and every request: the invariants of the calculator."""

import json
import string
from datetime import date
from decimal import ROUND_DOWN, Decimal, getcontext, localcontext
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from fees.tariff.amendments import amend, compare, withdraw
from fees.tariff.calculate import calculate
from fees.tariff.canonical import priced, recompute
from fees.tariff.dto import (
    AmendmentPolicy,
    BadDocument,
    Check,
    Content,
    CostBasis,
    DocumentFault,
    Factor,
    GridVersion,
    Group,
    Inputs,
    Kind,
    Line,
    Mode,
    Modifier,
    Op,
    Operator,
    Purpose,
    Rounding,
    Stage,
    Text,
    Tier,
    Unit,
)
from fees.tariff.exchange import canonical, content_sha256, quickly_canonical, read_yaml, write_yaml
from fees.tariff.facts import facts_from
from fees.tariff.money import apportion, cents
from tests.fees.tariffs import DAY, GRID, VAT, inputs, line, net, of, price, replace, version

QUICK = settings(max_examples=60, deadline=None)
FACTS = ("data.sources", "data.patients", "estimate.hours", "project.duration_months")
MODES = (Mode.FLAT, Mode.UNIT, Mode.GRADUATED, Mode.VOLUME, Mode.BAND)
LOWERING = (Kind.COEFFICIENT, Kind.PERCENT_OFF, Kind.AMOUNT_OFF, Kind.CAP, Kind.EXEMPT)

amounts = st.decimals(0, 9999, places=3)
prices = st.decimals(0, 500, places=6)
counts = st.integers(0, 400).map(Decimal)


@st.composite
def some_tiers(draw) -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 300), max_size=4)))
    return tuple(Tier(None if bound is None else Decimal(bound), draw(prices), draw(prices)) for bound in (*bounds, None))


@st.composite
def some_line(draw, code: str) -> Line:
    mode = draw(st.sampled_from(MODES))
    factor = Factor(
        draw(st.sampled_from(FACTS)),
        included=draw(st.sampled_from((Decimal(0), Decimal(2)))),
        rounding=draw(st.sampled_from(list(Rounding))),
        block=Decimal(5),
        minimum=draw(st.sampled_from((Decimal(0), Decimal(3)))),
    )
    asked = Check("project.snds_matching", Operator.IS_TRUE) if draw(st.booleans()) else None
    return Line(
        code,
        Text(code, code),
        draw(st.sampled_from((Group.DATA, Group.WORK))),
        CostBasis.PREPARATION,
        draw(st.sampled_from(("service", "authority"))),
        payee=draw(st.sampled_from(("", "other"))),
        mode=mode,
        unit=Unit.DAY,
        quantity=(factor,),
        unit_amount=draw(prices),
        tiers=draw(some_tiers()) if mode in {Mode.GRADUATED, Mode.VOLUME, Mode.BAND} else (),
        condition=asked,
        max_amount=draw(st.none() | amounts),
        chargeable_on_withdrawal=draw(st.booleans()),
    )


@st.composite
def some_modifier(draw, code: str, kinds=(*LOWERING, Kind.FLOOR, Kind.SURCHARGE, Kind.SUBSIDY)) -> Modifier:
    kind, stage = draw(st.sampled_from(kinds)), draw(st.sampled_from(list(Stage)))
    value = {
        Kind.COEFFICIENT: st.decimals(0, 1, places=3),
        Kind.PERCENT_OFF: st.decimals(0, 100, places=1),
        Kind.SUBSIDY: st.decimals(0, 100, places=1),
        Kind.SURCHARGE: st.decimals(1, 2, places=2),
    }.get(kind, amounts)
    return Modifier(
        code,
        Text(code, code),
        stage,
        kind,
        draw(value),
        groups=draw(st.sampled_from(((), (Group.DATA,)))) if stage is Stage.LINE else (),
        exclusive=draw(st.sampled_from(("", f"{stage}-x"))) if kind is not Kind.SUBSIDY else "",
        priority=draw(st.integers(0, 2)),
        condition=Check("requester.thesis", Operator.IS_TRUE) if draw(st.booleans()) else None,
        funded_by="fund" if kind is Kind.SUBSIDY else "",
    )


@st.composite
def grids(draw, kinds=None) -> GridVersion:
    lines = [draw(some_line(f"L{index}")) for index in range(draw(st.integers(1, 5)))]
    how = {} if kinds is None else {"kinds": kinds}
    modifiers = [draw(some_modifier(f"M{index}", **how)) for index in range(draw(st.integers(0, 4)))]
    return version(*lines, modifiers=tuple(modifiers))


@st.composite
def requests(draw) -> Inputs:
    facts = {key: draw(counts) for key in FACTS} | {"project.snds_matching": draw(st.booleans()), "requester.thesis": draw(st.booleans())}
    return inputs(facts)


@QUICK
@given(grids(), requests())
def test_sums_add_up_exactly(grid, asked) -> None:
    result = calculate(asked, (grid,), VAT)
    assert sum((one.net for one in result.lines), Decimal(0)) == result.net
    assert sum((total.vat for total in result.vat_totals), Decimal(0)) == result.vat
    assert sum((total.taxable for total in result.vat_totals), Decimal(0)) == result.net
    assert result.net + result.vat == result.gross
    for total in result.vat_totals:
        assert total.vat == cents(total.taxable * total.rate / 100)
    for payee, amount in result.by_payee:
        assert amount == sum((one.net for one in result.lines if one.key.payee == payee), Decimal(0))
    for one in result.lines:
        assert one.net == cents(one.net) >= 0
        assert 0 <= one.due <= one.net
    assert sum((part.amount for one in result.lines for part in one.funded), Decimal(0)) == sum(part for _, part in result.by_funder)


@QUICK
@given(grids(LOWERING), requests())
def test_reductions_only_lower_and_an_exemption_keeps_what_it_would_have_cost(grid, asked) -> None:
    for one in calculate(asked, (grid,), VAT).lines:
        assert 0 <= one.net <= one.before_exemption <= cents(one.base)
        if any(step.op is Op.EXEMPT for step in one.steps):
            assert one.net == 0


@QUICK
@given(grids(), requests(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_modifiers_in_the_grid_changes_no_price(grid, asked, chance) -> None:
    lines, modifiers = list(grid.content.lines), list(grid.content.modifiers)
    chance.shuffle(lines)
    chance.shuffle(modifiers)
    other = replace(grid, content=Content(tuple(lines), tuple(modifiers), grid.content.payees))
    before, after = calculate(asked, (grid,), VAT), calculate(asked, (other,), VAT)
    assert {one.key: (one.net, one.funded) for one in before.lines} == {one.key: (one.net, one.funded) for one in after.lines}
    assert before.vat_totals == after.vat_totals


@QUICK
@given(some_tiers(), st.integers(0, 400), st.integers(0, 400))
def test_graduated_is_monotonic_and_its_tiers_hold_the_whole_quantity(steps, one, other) -> None:
    grid = version(line(fact="data.sources", mode=Mode.GRADUATED, tiers=steps))
    low, high = sorted((one, other))
    assert net(grid, {"data.sources": low}) <= net(grid, {"data.sources": high})
    result = price(grid, {"data.sources": high})
    assert not high or sum(step.quantity for step in of(result, "A").steps if step.op is Op.TIER) == high


@QUICK
@given(some_tiers(), st.integers(1, 400))
def test_the_next_graduated_unit_costs_the_price_of_its_own_tier(steps, count) -> None:
    steps = tuple(Tier(one.up_to, cents(one.unit_amount)) for one in steps)
    grid = version(line(fact="data.sources", mode=Mode.GRADUATED, tiers=steps))
    tier = next(one for one in steps if one.up_to is None or count + 1 <= one.up_to)
    assert net(grid, {"data.sources": count + 1}) - net(grid, {"data.sources": count}) == tier.unit_amount


@QUICK
@given(some_tiers(), st.sampled_from((Mode.VOLUME, Mode.BAND)))
def test_a_bound_belongs_to_the_lower_tier_and_a_volume_is_monotonic_inside_a_tier(steps, mode) -> None:
    grid = version(line(fact="data.sources", mode=mode, tiers=steps))
    start = 0
    for tier in steps:
        end = int(tier.up_to or start + 20)
        inside = [net(grid, {"data.sources": count}) for count in range(start + 1, end + 1)]
        assert inside == sorted(inside)
        expected = tier.flat_amount + (end * tier.unit_amount if mode is Mode.VOLUME else 0)
        assert inside[-1] == cents(expected)
        start = end


@QUICK
@given(some_tiers(), st.integers(1, 400), st.integers(1, 400))
def test_a_volume_without_cliff_is_monotonic_everywhere(steps, one, other) -> None:
    falling = sorted((tier.unit_amount for tier in steps), reverse=True)
    steps = tuple(replace(tier, unit_amount=amount, flat_amount=Decimal(0)) for tier, amount in zip(steps, falling, strict=True))
    grid = version(line(fact="data.sources", mode=Mode.VOLUME, tiers=steps, no_cliff=True))
    low, high = sorted((one, other))
    assert net(grid, {"data.sources": low}) <= net(grid, {"data.sources": high})


@QUICK
@given(st.lists(st.tuples(st.integers(1, 300), amounts), min_size=1, max_size=5, unique_by=lambda row: row[0]))
def test_bands_are_monotonic_if_and_only_if_their_amounts_increase(rows) -> None:
    rows.sort()
    steps = (*(Tier(Decimal(bound), flat_amount=amount) for bound, amount in rows[:-1]), Tier(None, flat_amount=rows[-1][1]))
    grid = version(line(fact="data.sources", mode=Mode.BAND, tiers=steps))
    found = [net(grid, {"data.sources": tier.up_to or 500}) for tier in steps]
    assert (found == sorted(found)) is all(cents(a.flat_amount) <= cents(b.flat_amount) for a, b in pairwise(steps))


@QUICK
@given(grids(), requests())
def test_a_snapshot_is_the_same_bytes_whatever_the_decimal_context_and_proves_itself(grid, asked) -> None:
    _, text, digest = priced(asked, (grid,), VAT)
    shuffled = replace(asked, facts=dict(reversed(list(asked.facts.items()))))
    with localcontext() as context:
        context.prec, context.rounding = 5, ROUND_DOWN
        assert priced(shuffled, (replace(grid),), VAT)[1:] == (text, digest)
    assert getcontext().prec == 28
    again = recompute(text)
    assert again.same and again.sha256 == digest
    assert canonical(json.loads(text)) == text


@QUICK
@given(grids())
def test_export_and_import_keep_the_hash_of_the_content(grid) -> None:
    again = read_yaml(write_yaml(grid))
    assert content_sha256(again.content) == content_sha256(grid.content)
    assert again.content == grid.content


@QUICK
@given(grids(), requests())
def test_an_amendment_that_changes_nothing_costs_nothing_by_the_signed_prices(grid, asked) -> None:
    accepted = calculate(asked, (grid,), VAT)
    dearer = version(line("L0", unit_amount=Decimal(10**6)), number=2)
    amended = amend(accepted, asked, (grid,), (dearer,), VAT, AmendmentPolicy.LOCKED)
    assert all(change.difference == 0 for change in amended.changes)


@QUICK
@given(grids(), requests(), grids(), requests())
def test_differences_line_by_line_add_up_to_that_of_the_totals(before, asked, after, asked_after) -> None:
    one, other = calculate(asked, (before,), VAT), calculate(asked_after, (after,), VAT)
    changes = compare(one, other)
    assert sum((change.difference for change in changes), Decimal(0)) == other.net - one.net
    assert len({change.key for change in changes}) == len(changes)
    best = amend(one, asked_after, (before,), (after,), VAT, AmendmentPolicy.MOST_FAVOURABLE)
    assert best.result.net == min(other.net, calculate(asked_after, (before,), VAT).net)


@QUICK
@given(grids((Kind.COEFFICIENT, Kind.PERCENT_OFF)), requests(), st.integers(0, 50))
def test_a_withdrawal_charges_only_what_is_marked_and_done(grid, asked, done) -> None:
    grid = replace(grid, content=replace(grid.content, lines=tuple(one for one in grid.content.lines if one.mode is not Mode.BAND)))
    grid = replace(grid, content=replace(grid.content, lines=tuple(one for one in grid.content.lines if one.mode is not Mode.VOLUME)))
    whole = {one.key: one for one in calculate(asked, (grid,), VAT).lines}
    logged = {f"G/{one.code}": Decimal(done) for one in grid.content.lines}
    left = withdraw(asked, (grid,), VAT, logged)
    marked = {one.code for one in grid.content.lines if one.chargeable_on_withdrawal}
    for one in left.lines:
        assert one.key.line in marked
        assert one.quantity <= whole[one.key].quantity
        assert one.base <= whole[one.key].base
    assert withdraw(asked, (grid,), VAT, {}).gross == 0
    assert asked.purpose is Purpose.QUOTE


@QUICK
@given(st.integers(0, 10**7).map(lambda whole: Decimal(whole).scaleb(-2)), st.lists(amounts, min_size=1, max_size=8))
def test_shares_by_largest_remainder_make_the_whole_and_stay_within_a_cent(total, weights) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    everything = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        fair = total * weight / everything if everything else total / len(weights)
        assert abs(share - fair) < Decimal("0.010001")


documents = st.recursive(
    st.none() | st.booleans() | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(documents)
def test_the_quick_canonical_text_is_that_of_rfc_8785(document) -> None:
    assert quickly_canonical(document) == canonical(document)


@QUICK
@given(st.text(string.printable, max_size=60))
def test_a_broken_file_is_refused_and_never_breaks_the_reader(text) -> None:
    faults: tuple[DocumentFault, ...] = ()
    try:
        read_yaml(write_yaml(version(line())) + text)
    except BadDocument as refused:
        faults = refused.faults
    assert all(fault.path and fault.words for fault in faults)


def test_a_new_version_changes_no_price_of_the_one_before() -> None:
    asked, grid = inputs({"data.sources": 3}), version(line(fact="data.sources"))
    before = priced(asked, (grid,), VAT)
    calculate(asked, (version(line(fact="data.sources", unit_amount=Decimal(1)), number=2, grid=GRID),), VAT)
    assert priced(asked, (grid,), VAT) == before
    assert facts_from({"data.sources": 3}) == asked.facts
    assert asked.on == DAY > date(2025, 1, 1)
