"""A line of a grid and a modifier in sentences: what is counted, at which price, when, and for whom it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fees.condition_words import in_words
from fees.tariff.dto import EACH, Content, Factor, Line, Modifier, Tier
from fees.tariff.vocabulary import Charged, Kind, Mode, Rounding, Stage
from fees.words import COSTS, EVIDENCE, GROUPS, KINDS, PERIODS, ROUNDINGS, STAGES, UNITS, fact_label, money, number, said

Sentences = Iterator[str]


@dataclass(frozen=True)
class TierShown:
    """One row of a table of tiers: the quantities, the price of a unit, the fixed part."""

    quantities: str
    unit_amount: str
    flat_amount: str


@dataclass(frozen=True)
class Shown:
    """A line or a modifier as a page shows it."""

    code: str
    label: str
    price: str
    sentences: list[str]
    tiers: list[TierShown]
    article: str
    help: str = ""
    group: str = ""

    @property
    def has_unit(self) -> bool:
        """Does a tier have a price of a unit?"""
        return any(tier.unit_amount for tier in self.tiers)

    @property
    def has_flat(self) -> bool:
        """Does a tier have an amount of its own?"""
        return any(tier.flat_amount for tier in self.tiers)


def line_shown(line: Line, content: Content, currency: str = "EUR", owner: str = "") -> Shown:
    """A line with its price, its tiers, and everything that decides whether and how much."""
    said_of_it = [*_counted(line), *_bounds(line, currency), *_when(line), *_why(line, content, owner)]
    tiers = tiers_shown(line.tiers, currency)
    return Shown(
        line.code, said(line.label), price(line, currency), said_of_it, tiers, line.article, said(line.help), str(GROUPS[line.group])
    )


def modifier_shown(modifier: Modifier, content: Content, currency: str = "EUR") -> Shown:
    """A modifier with what it does, to which lines, for whom, and under which formalities."""
    sentences = [*_aim(modifier, content), *_formalities(modifier, currency)]
    return Shown(modifier.code, said(modifier.label), effect(modifier, currency), sentences, [], modifier.article)


def price(line: Line, currency: str = "EUR") -> str:
    """The price of a line in a few words; its tiers are told apart."""
    if line.mode is Mode.RANGE:
        bounds = {"low": money(line.range_min or Decimal(0), currency), "high": money(line.range_max or Decimal(0), currency)}
        return _("from %(low)s to %(high)s, set with a reason") % bounds
    if line.tiers:
        return {
            Mode.GRADUATED: _("by tiers: each unit at the price of its own tier"),
            Mode.VOLUME: _("by tiers: all units at the price of the tier reached"),
            Mode.BAND: _("one amount for each band"),
        }[line.mode]
    amount = money(line.unit_amount, currency)
    return f"{amount} {UNITS[line.unit]}" if line.mode is Mode.UNIT else amount


def _counted(line: Line) -> Sentences:
    if line.quantity:
        yield _("Counted: %(what)s.") % {"what": " × ".join(factor_in_words(factor) for factor in line.quantity)}
    if line.charged is not Charged.ONE_OFF:
        yield _("Charged %(period)s.") % {"period": PERIODS[line.charged]}
    if line.no_cliff:
        yield _("Never dearer than the first unit of a higher tier.")


def factor_in_words(factor: Factor) -> str:
    """What a factor counts."""
    words = [fact_label(factor.fact)]
    words += [_("less %(what)s") % {"what": fact_label(key)} for key in factor.less]
    if factor.included:
        per = "".join(f" × {fact_label(key)}" for key in factor.per)
        words.append(_("beyond %(included)s included") % {"included": number(factor.included) + per})
    if factor.rounding is Rounding.CEIL_BLOCK:
        words.append(_("by blocks of %(size)s, each block begun counts whole") % {"size": number(factor.block)})
    elif factor.rounding is not Rounding.EXACT:
        words.append(str(ROUNDINGS[factor.rounding]))
    if factor.minimum:
        words.append(_("at least %(minimum)s") % {"minimum": number(factor.minimum)})
    return ", ".join(words)


def _bounds(line: Line, currency: str) -> Sentences:
    if line.min_amount is not None:
        yield _("Never less than %(amount)s.") % {"amount": money(line.min_amount, currency)}
    if line.max_amount is not None:
        yield _("Never more than %(amount)s.") % {"amount": money(line.max_amount, currency)}


def _when(line: Line) -> Sentences:
    if line.condition is not None:
        yield _("Only if: %(condition)s.") % {"condition": in_words(line.condition)}
    if line.optional:
        yield _("Only if it is asked for.")
    if line.each:
        yield {
            "holder": _("Once for each holder."),
            "source": _("Once for each source."),
        }.get(line.each, _("Once for each %(what)s.") % {"what": line.each})
    if line.chargeable_on_withdrawal:
        yield _("What was already done is due even if the request is withdrawn.")


def _why(line: Line, content: Content, owner: str) -> Sentences:
    yield _("It covers %(cost)s.") % {"cost": COSTS[line.cost_basis]}
    names = {payee.code: payee.name for payee in content.payees}
    payee = _("the holder concerned") if line.payee == EACH else names.get(line.payee, line.payee) or owner
    if payee:
        yield _("Owed to %(payee)s.") % {"payee": payee}


def tiers_shown(tiers: Sequence[Tier], currency: str) -> list[TierShown]:
    """The tiers as rows of a table."""
    return [_tier(tier, before, currency) for tier, before in zip(tiers, _starts(tiers), strict=True)]


def _starts(tiers: Sequence[Tier]) -> list[Decimal | None]:
    return [None, *(tier.up_to for tier in tiers[:-1])] if tiers else []


def _tier(tier: Tier, before: Decimal | None, currency: str) -> TierShown:
    unit = money(tier.unit_amount, currency) if tier.unit_amount else ""
    return TierShown(_quantities(tier, before), unit, money(tier.flat_amount, currency) if tier.flat_amount or not unit else "")


def _quantities(tier: Tier, before: Decimal | None) -> str:
    if tier.up_to is None:
        return _("above %(from)s") % {"from": number(before)} if before is not None else str(_("any quantity"))
    if before is None:
        return _("up to %(to)s") % {"to": number(tier.up_to)}
    return _("above %(from)s, up to %(to)s") % {"from": number(before), "to": number(tier.up_to)}


_EFFECTS: dict[Kind, Callable[[str, str], str]] = {
    Kind.COEFFICIENT: lambda plain, amount: _("multiplied by %(factor)s") % {"factor": plain},
    Kind.SURCHARGE: lambda plain, amount: _("multiplied by %(factor)s, a surcharge") % {"factor": plain},
    Kind.PERCENT_OFF: lambda plain, amount: _("%(value)s%% off") % {"value": plain},
    Kind.AMOUNT_OFF: lambda plain, amount: _("%(amount)s off") % {"amount": amount},
    Kind.FLOOR: lambda plain, amount: _("at least %(amount)s") % {"amount": amount},
    Kind.CAP: lambda plain, amount: _("at most %(amount)s") % {"amount": amount},
    Kind.EXEMPT: lambda plain, amount: str(_("nothing to pay")),
    Kind.SUBSIDY: lambda plain, amount: str(_("a third party pays a part")),
}


def effect(modifier: Modifier, currency: str = "EUR") -> str:
    """What a modifier does to the amount, in a few words."""
    words = _EFFECTS[modifier.kind](number(modifier.value), money(modifier.value, currency))
    if modifier.kind is Kind.SUBSIDY:
        words += f" ({number(modifier.value)}\u00a0%)" if modifier.measure == "percent" else f" ({money(modifier.value, currency)})"
    return words


def _aim(modifier: Modifier, content: Content) -> Sentences:
    labels = {line.code: said(line.label) for line in content.lines}
    aims = [labels.get(code, code) for code in modifier.lines] + [str(GROUPS[group]) for group in modifier.groups]
    yield _("On: %(aims)s.") % {"aims": ", ".join(aims) or _("every line")}
    if modifier.stage is not Stage.LINE:
        yield _("Worked out on %(stage)s.") % {"stage": STAGES[modifier.stage]}
    if modifier.condition is not None:
        yield _("For whom: %(condition)s.") % {"condition": in_words(modifier.condition)}


def _formalities(modifier: Modifier, currency: str) -> Sentences:
    if modifier.minimum is not None or modifier.maximum is not None:
        yield _("Another value may be set, between %(low)s and %(high)s.") % {
            "low": number(modifier.minimum if modifier.minimum is not None else modifier.value),
            "high": number(modifier.maximum if modifier.maximum is not None else modifier.value),
        }
    if modifier.on_decision:
        yield _("Never by itself: somebody decides it.")
    if modifier.requires_justification:
        yield _("A reason is given.")
    if modifier.requires_prior_notice:
        yield _("Only if it was announced before the work began.")
    if modifier.evidence:
        yield _("On proof: %(evidence)s.") % {"evidence": EVIDENCE.get(modifier.evidence, modifier.evidence)}
    if modifier.exclusive:
        yield _("Not added to the other reductions of the same kind: the most favourable holds.")
    if modifier.funded_by:
        yield _("Paid by: %(funder)s.") % {"funder": modifier.funded_by}


__all__ = ["KINDS", "Shown", "TierShown", "effect", "line_shown", "modifier_shown"]
