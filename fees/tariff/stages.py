"""From the base of each line to its net: modifiers of lines, one rounding, modifiers of sums, exemption, third parties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from fees.tariff.drafts import Draft, Drafts
from fees.tariff.modifiers import BOUNDS, LAST, Standing, outcome, settle
from fees.tariff.money import HUNDRED, apportion, cents
from fees.tariff.plan import Aim
from fees.tariff.priced import FundedPart, LineResult, Rejected, Step, Used
from fees.tariff.vocabulary import Kind, Measure, Op, Refused
from fees.tariff.written import ZERO

#: What waits until every net is known: (a set of drafts, the modifier).
Waiting = list[tuple[list[Draft], Standing]]


def finish(part: Drafts) -> Iterator[LineResult]:
    """The lines with their nets, in the order of the grid."""
    waiting: Waiting = []
    for draft in part.drafts:
        _modify_line(draft, waiting)
        _round(draft)
    for aim in part.plan.aims:
        _modify_sums(part, aim, waiting)
    before = {id(draft): draft.amount for draft in part.drafts}
    _exempt(waiting)
    for drafts, one in waiting:
        if one.modifier.kind is Kind.SUBSIDY:
            _subsidise(drafts, one)
    number = part.plan.version.number
    return (_result(draft, number, before[id(draft)]) for draft in part.drafts)


def _modify_line(draft: Draft, waiting: Waiting) -> None:
    standings = draft.scope.standings
    for slot in draft.plan.slots:
        best, refused = settle(slot, standings, draft.amount)
        if refused:
            draft.rejected += refused
        if best is None:
            continue
        if best.pending:
            draft.pending.append(best.modifier.code)
        if best.modifier.kind in LAST:
            waiting.append(([draft], best))
            continue
        amount = outcome(best.modifier, best.value, draft.amount)
        if best.modifier.kind in BOUNDS and amount == draft.amount:
            draft.rejected.append(Rejected(best.modifier.code, Refused.NO_EFFECT, best.because))
            continue
        draft.amount = amount
        draft.steps.append(_step(Op.MODIFIER, amount, best))


def _step(op: Op, amount: Decimal, one: Standing, start: Decimal | None = None, end: Decimal | None = None) -> Step:
    return Step(op, amount, one.modifier.code, None, one.value, None, start, end, one.because, one.reason)


def _round(draft: Draft) -> None:
    """One rounding per line."""
    net = cents(draft.amount)
    if net != draft.amount:
        draft.steps.append(Step(Op.ROUND, net))
    draft.amount = net


def _modify_sums(part: Drafts, aim: Aim, waiting: Waiting) -> None:
    for positions in aim.sets:
        drafts = part.aimed(positions)
        if drafts:
            _modify_sum(drafts, *settle(aim.slot, part.whole.standings, _sum(drafts)), waiting)


def _sum(drafts: list[Draft]) -> Decimal:
    return sum((draft.amount for draft in drafts), ZERO)


def _modify_sum(drafts: list[Draft], best: Standing | None, refused: list[Rejected], waiting: Waiting) -> None:
    for draft in drafts:
        draft.rejected += refused
    if best is None:
        return
    if best.pending:
        _each(drafts, lambda draft: draft.pending.append(best.modifier.code))
    if best.modifier.kind in LAST:
        waiting.append((drafts, best))
        return
    before = _sum(drafts)
    after = cents(outcome(best.modifier, best.value, before))
    if best.modifier.kind in BOUNDS and after == before:
        _each(drafts, lambda draft: draft.rejected.append(Rejected(best.modifier.code, Refused.NO_EFFECT, best.because)))
        return
    for draft, share in zip(drafts, apportion(after, [draft.amount for draft in drafts]), strict=True):
        draft.amount = share
        draft.steps.append(_step(Op.ALLOCATED, share, best, before, after))


def _each(drafts: list[Draft], act: Callable[[Draft], None]) -> None:
    for draft in drafts:
        act(draft)


def _exempt(waiting: Waiting) -> None:
    """Exemptions act last, so that what it would have cost stays known; the first by code is the one that the line names."""
    exemptions = sorted((pair for pair in waiting if pair[1].modifier.kind is Kind.EXEMPT), key=lambda pair: pair[1].modifier.code)
    for drafts, one in exemptions:
        for draft in drafts:
            if draft.exempt is None:
                draft.exempt = one
                draft.amount = cents(ZERO)
                draft.steps.append(_step(Op.EXEMPT, draft.amount, one))


def _subsidise(drafts: list[Draft], one: Standing) -> None:
    """A third party pays a part of the net: it does not vanish, another pays it."""
    left = [draft.amount - sum((part.amount for part in draft.funded), ZERO) for draft in drafts]
    wanted = [_wanted(one, draft, amount) for draft, amount in zip(drafts, left, strict=True)]
    everything = cents(min(one.value, sum(left, ZERO)) if one.modifier.measure is Measure.AMOUNT else sum(wanted, ZERO))
    shares = apportion(everything, wanted) if everything else []
    for draft, share in zip(drafts, map(min, shares, left), strict=False):
        if share:
            draft.funded.append(FundedPart(one.modifier.code, one.modifier.funded_by, share))
            draft.steps.append(_step(Op.SUBSIDY, draft.amount, one, share))


def _wanted(one: Standing, draft: Draft, left: Decimal) -> Decimal:
    if one.modifier.measure is Measure.AMOUNT:
        return left
    share = left * one.value / HUNDRED if one.modifier.measure is Measure.PERCENT else one.value * draft.quantity
    return min(share, left)


def _result(draft: Draft, version: int, before: Decimal) -> LineResult:
    line, taxed = draft.plan.line, draft.taxed
    assert taxed is not None, "a line without a VAT treatment is refused before"
    facts = draft.scope.facts
    return LineResult(
        draft.key,
        version,
        line.label,
        line.group,
        line.unit,
        line.mode,
        line.charged,
        draft.quantity,
        draft.base,
        before,
        draft.amount,
        line.vat_profile,
        taxed.category,
        taxed.rate,
        taxed.exemption_code,
        taxed.mention,
        line.tax_point,
        draft.day,
        tuple(draft.funded),
        tuple([Used(key, facts[key].value, facts[key].source) for key in draft.plan.facts if key in facts]),
        tuple(draft.steps),
        tuple(draft.rejected),
        tuple(draft.pending),
        line.chargeable_on_withdrawal,
    )
