"""Amounts in parts that make them again, whatever the amounts: installments, and credit notes of a VAT group."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fees.invoices.splitting import Rest, Step, credited_vat, off_lines, over_steps
from fees.invoices.states import Mode, Trigger
from fees.tariff.money import HUNDRED, cents
from fees.tariff.vocabulary import Charged

AMOUNTS = st.decimals(min_value=0, max_value=10_000_000, places=2)
SHARES = st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=12)
RATES = st.sampled_from([Decimal("20.00"), Decimal("8.50"), Decimal("5.50"), Decimal("0.00")])


@given(AMOUNTS, SHARES)
def test_installments_make_the_amount_and_the_earlier_of_equals_is_first(amount: Decimal, weights: list[int]) -> None:
    steps = [Step(Trigger.ACCEPTANCE, Decimal(weight) / sum(weights)) for weight in weights]
    parts = over_steps(amount, steps, Mode.MILESTONES, Charged.ONE_OFF)
    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)
    assert parts == over_steps(amount, steps, Mode.MILESTONES, Charged.ONE_OFF)
    if len(set(weights)) == 1:
        assert parts == sorted(parts, reverse=True)
        assert max(parts) - min(parts) <= Decimal("0.01")


@given(st.decimals(min_value=Decimal("0.01"), max_value=1_000_000, places=2), RATES, st.lists(st.integers(1, 100), max_size=6))
def test_credits_of_a_group_never_exceed_and_the_last_leaves_nothing(taxable: Decimal, rate: Decimal, parts: list[int]) -> None:
    rest = Rest(taxable, cents(taxable * rate / HUNDRED))
    for part in parts:
        asked = min(cents(rest.taxable * part / HUNDRED), rest.taxable)
        vat = credited_vat(asked, rest, rate)
        assert 0 <= vat <= rest.vat
        rest = Rest(rest.taxable - asked, rest.vat - vat)
    assert credited_vat(rest.taxable, rest, rate) == rest.vat


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.integers(0, 100))
def test_a_credit_is_spread_over_lines_and_none_gets_more_than_it_has(amounts: list[Decimal], percent: int) -> None:
    remaining = dict(enumerate(amounts))
    asked = min(cents(sum(amounts, Decimal(0)) * percent / HUNDRED), sum(amounts, Decimal(0)))
    parts = off_lines(asked, remaining)
    assert sum(parts.values(), Decimal(0)) == asked
    assert all(0 < part <= remaining[key] for key, part in parts.items())
