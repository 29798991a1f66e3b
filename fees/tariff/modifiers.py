"""Modifiers: does each stand (its condition, its formalities), which of an exclusive group holds, and what they make of an amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.asked import Grant, Inputs
from fees.tariff.conditions import Facts
from fees.tariff.money import HUNDRED
from fees.tariff.plan import ModifierPlan, Slot
from fees.tariff.priced import Rejected, Used
from fees.tariff.vocabulary import Kind, Purpose, Refused
from fees.tariff.written import ZERO, Modifier

NO_GRANT = Grant()
#: These change who pays or what is left at the very end; they wait until every other modifier has acted.
LAST = frozenset({Kind.EXEMPT, Kind.SUBSIDY})
BOUNDS = frozenset({Kind.FLOOR, Kind.CAP})


class Standing(NamedTuple):
    """A modifier as it stands for these inputs: the value that it acts with, or why it is refused."""

    modifier: Modifier
    value: Decimal
    because: tuple[Used, ...]
    reason: str
    pending: bool  # granted on a piece that is still to come
    refusal: Rejected | None


def standing(plan: ModifierPlan, facts: Facts, inputs: Inputs) -> Standing | None:
    """How a modifier stands; None when a missing fact leaves it open."""
    modifier = plan.modifier
    verdict = True if plan.judge is None else plan.judge(facts)
    if verdict is None and not _undecided(modifier, inputs.grants.get(plan.key, NO_GRANT)):
        return None
    because = tuple([Used(key, facts[key].value, facts[key].source) for key in plan.facts if key in facts])
    grant = inputs.grants.get(plan.key, NO_GRANT)
    value = modifier.value if grant.value is None else grant.value
    refused = Refused.CONDITION if verdict is False else _refused(modifier, grant, inputs)
    refusal = Rejected(modifier.code, refused, because) if refused else None
    pending = bool(modifier.evidence) and not grant.evidence
    return Standing(modifier, value, because, grant.justification, pending, refusal)


def _refused(modifier: Modifier, grant: Grant, inputs: Inputs) -> Refused | None:
    if inputs.purpose is Purpose.WITHDRAWAL and modifier.kind is Kind.FLOOR:
        return Refused.WITHDRAWAL
    if _undecided(modifier, grant):
        return Refused.NO_DECISION
    if modifier.requires_justification and not grant.justification.strip():
        return Refused.NO_JUSTIFICATION
    if modifier.requires_prior_notice and not _announced(grant):
        return Refused.NO_PRIOR_NOTICE
    if modifier.evidence and not grant.evidence and not inputs.assumes_evidence:
        return Refused.NO_EVIDENCE
    if grant.value is not None and not _within(modifier, grant.value):
        return Refused.OUT_OF_BOUNDS
    return None


def _undecided(modifier: Modifier, grant: Grant) -> bool:
    """Nobody decided what needs a decision: then its condition need not be known."""
    return modifier.on_decision and not grant.decided


def _announced(grant: Grant) -> bool:
    """Announced on a day before that on which the work began."""
    return grant.notified_on is not None and (grant.work_began_on is None or grant.notified_on < grant.work_began_on)


def _within(modifier: Modifier, value: Decimal) -> bool:
    """Another value than that of the grid stands only between its bounds."""
    low, high = modifier.minimum, modifier.maximum
    return value == modifier.value or (low is not None and high is not None and low <= value <= high)


def outcome(modifier: Modifier, value: Decimal, amount: Decimal) -> Decimal:
    """What is left of an amount after a modifier; never below 0."""
    kind = modifier.kind
    if kind is Kind.COEFFICIENT or kind is Kind.SURCHARGE:
        return amount * value
    if kind is Kind.PERCENT_OFF:
        return max(amount * (HUNDRED - value) / HUNDRED, ZERO)
    if kind is Kind.AMOUNT_OFF:
        return max(amount - value, ZERO)
    if kind is Kind.CAP:
        return min(amount, value)
    if kind is Kind.FLOOR:
        return max(amount, value)
    return ZERO if kind is Kind.EXEMPT else amount


def settle(slot: Slot, standings: Sequence[Standing | None], amount: Decimal) -> tuple[Standing | None, list[Rejected]]:
    """Of the modifiers of a slot, the one that acts on this amount (the most favourable, ties by code), and the refusals of the others."""
    every = [one for one in (standings[at] for at in slot) if one is not None]
    if len(every) == 1:
        (one,) = every
        return (one, []) if one.refusal is None else (None, [one.refusal])
    valid = [one for one in every if one.refusal is None]
    best = min(valid, key=lambda one: (outcome(one.modifier, one.value, amount), one.modifier.code), default=None)
    return best, list(_refusals(every, best))


def _refusals(every: Iterable[Standing], best: Standing | None) -> Iterable[Rejected]:
    for one in every:
        if one.refusal is not None:
            yield one.refusal
        elif best is not None and one is not best:
            yield Rejected(one.modifier.code, Refused.LESS_FAVOURABLE, one.because, best.modifier.code)
