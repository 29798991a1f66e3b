"""A price in sentences, from its trace: what was counted, at which price, what lowered or raised it, and what was refused and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fees.condition_words import value_in_words
from fees.tariff.asked import ASSUMED
from fees.tariff.counted_words import counted
from fees.tariff.money import HUNDRED
from fees.tariff.priced import LeftOut, LineResult, Rejected, Step, Used, VatTotal
from fees.tariff.refusal_words import DROPPED, REFUSED
from fees.tariff.vocabulary import Dropped, Kind, Mode, Op, Refused, Source
from fees.tariff.written import ONE, ZERO, GridVersion, Modifier
from fees.words import fact_label, money, number, said


def facts_in_words(facts: Iterable[Used]) -> str:
    """“category of the requester: industry, thesis work: no”."""
    return ", ".join(fact_in_words(fact) for fact in facts)


def fact_in_words(fact: Used) -> str:
    """“category of the requester: industry”."""
    # Translators: a fact and its value.
    return _("%(fact)s: %(value)s") % {"fact": fact_label(fact.key), "value": value_in_words(fact.key, fact.value)}


def source_in_words(source: Source) -> str:
    """Who says a fact."""
    words = {
        Source.DECLARED: pgettext("source of a fact", "declared"),
        Source.COMPUTED: pgettext("source of a fact", "counted"),
        Source.ASSESSED: pgettext("source of a fact", "assessed"),
        Source.ASSUMED: pgettext("source of a fact", "assumed"),
    }
    return words[source]


class Sentences:
    """Says the lines of a result made with these versions."""

    def __init__(self, versions: Sequence[GridVersion]) -> None:
        self._modifiers = {(version.grid.code, one.code): one for version in versions for one in version.content.modifiers}
        self._payees = {payee.code: payee.name for version in versions for payee in version.content.payees}
        self._owners = {version.grid.owner: version.grid.owner_name for version in versions}

    def payee(self, code: str) -> str:
        """The name of a payee or funder; the code itself when no version names it."""
        return self._payees.get(code) or self._owners.get(code) or code

    def why(self, line: LineResult) -> str:
        """Why a line costs what it costs, in one sentence: “3 sources: 1 × €8,000.00 + 2 × €5,000.00 = €18,000.00; …”."""
        parts = [*_opening(line), *self._changes(line)]
        return pgettext("between two steps of a price", "; ").join(parts)

    def refused(self, line: LineResult) -> list[str]:
        """Each modifier that did not act, and why; a cap or floor that changes nothing is not worth a sentence."""
        return [self._refusal(line, one) for one in line.rejected if one.reason is not Refused.NO_EFFECT]

    def conditional(self, line: LineResult) -> list[str]:
        """What was granted on pieces that are still to come."""
        words = _("%(label)s: provided that the evidence is given.")
        return [words % {"label": self._label(line, code)} for code in line.subject_to]

    def left_out(self, one: LeftOut) -> str:
        """Why a line of the grid is not charged."""
        facts = facts_in_words(one.facts)
        reason = str(DROPPED[one.reason])
        if one.reason in {Dropped.CONDITION, Dropped.NO_QUANTITY} and facts:
            return _("%(label)s: %(reason)s (%(facts)s).") % {"label": said(one.label), "reason": reason, "facts": facts}
        return _("%(label)s: %(reason)s.") % {"label": said(one.label), "reason": reason}

    def vat(self, total: VatTotal) -> str:
        """The VAT of a group: the rate on the sum, or why there is none."""
        if total.rate:
            amounts = {"rate": number(total.rate), "taxable": money(total.taxable), "vat": money(total.vat)}
            return _("VAT %(rate)s%% on %(taxable)s = %(vat)s") % amounts
        return said(total.mention) or _("no VAT")

    def _label(self, line: LineResult, code: str) -> str:
        modifier = self._modifiers.get((line.key.grid, code))
        return said(modifier.label) if modifier else code

    def _refusal(self, line: LineResult, one: Rejected) -> str:
        other = self._label(line, one.other) if one.other else ""
        label, facts = self._label(line, one.code), facts_in_words(one.facts)
        return str(REFUSED[one.reason]) % {"label": label[:1].upper() + label[1:], "other": other, "facts": facts}

    def _changes(self, line: LineResult) -> Iterator[str]:
        for step in line.steps:
            say = _CHANGES.get(step.op)
            if say:
                yield say(step)
            elif step.op in {Op.MODIFIER, Op.ALLOCATED, Op.EXEMPT, Op.SUBSIDY}:
                yield self._modified(line, step)

    def _modified(self, line: LineResult, step: Step) -> str:
        modifier = self._modifiers.get((line.key.grid, step.code))
        words = {"label": self._label(line, step.code), "amount": money(step.amount), "before": money(line.before_exemption)}
        if step.op is Op.EXEMPT:
            return _("%(label)s → %(amount)s instead of %(before)s") % words
        if step.op is Op.SUBSIDY:
            part = money(step.start or ZERO)
            return _("%(label)s: %(part)s paid by %(funder)s") % {
                **words,
                "part": part,
                "funder": self.payee(modifier.funded_by if modifier else ""),
            }
        effect = effect_in_words(modifier, step.unit_amount or ZERO)
        said_of_it = " ".join(part for part in (words["label"], effect) if part)
        if step.reason:
            said_of_it = _("%(effect)s (%(reason)s)") % {"effect": said_of_it, "reason": _reason(step)}
        if step.op is Op.ALLOCATED:
            sums = {"effect": said_of_it, "start": money(step.start or ZERO), "end": money(step.end or ZERO), "amount": words["amount"]}
            return _("%(effect)s on the sum of the lines concerned, %(start)s → %(end)s, of which %(amount)s for this line") % sums
        return _("%(effect)s → %(amount)s") % {"effect": said_of_it, "amount": words["amount"]}


def effect_in_words(modifier: Modifier | None, value: Decimal) -> str:
    """What a modifier does, behind its label: “50%”, “× 1.5”, “− €100.00”, “€250.00”."""
    if modifier is None:
        return ""
    if modifier.kind is Kind.COEFFICIENT:
        return _percent((ONE - value) * HUNDRED)
    if modifier.kind is Kind.PERCENT_OFF:
        return _percent(value)
    if modifier.kind is Kind.SURCHARGE:
        return f"×\u00a0{number(value)}"
    return f"−\u00a0{money(value)}" if modifier.kind is Kind.AMOUNT_OFF else money(value)


def _percent(value: Decimal) -> str:
    # Translators: a percentage; in French a no-break space stands before the sign.
    return _("%(number)s%%") % {"number": number(value)}


def _opening(line: LineResult) -> Iterator[str]:
    """What was counted and what it costs before anything changes it."""
    if line.mode is Mode.FLAT:
        yield _("fixed amount %(amount)s") % {"amount": money(line.steps[0].amount if line.steps[0].op is Op.FLAT else line.base)}
        return
    if line.mode is Mode.RANGE:
        step = next(step for step in line.steps if step.op is Op.CHOICE)
        bounds = {"low": money(step.start or ZERO), "high": money(step.end or ZERO), "amount": money(step.amount), "reason": _reason(step)}
        yield _("amount chosen between %(low)s and %(high)s: %(amount)s (%(reason)s)") % bounds
        return
    quantity = _quantity(line)
    price = _band(line) if line.mode is Mode.BAND else _tiers(line)
    yield _("%(quantity)s: %(price)s") % {"quantity": quantity, "price": price}


def _quantity(line: LineResult) -> str:
    """“3 sources”, or how they were counted: “(5 − 3 included) × 24 = 48 user-months”."""
    steps = [step for step in line.steps if step.op is Op.QUANTITY]
    words = counted(line.unit, line.quantity)
    if not steps:
        return words
    factors = [_factor(step) for step in steps]
    if len(factors) > 1:
        factors = [f"({factor})" if " " in factor else factor for factor in factors]
    return f"{' × '.join(factors)} = {words}"


def _factor(step: Step) -> str:
    words = number(step.start or ZERO)
    if step.quantity:
        words = _("%(asked)s − %(included)s included") % {"asked": words, "included": number(step.quantity)}
    if step.flat_amount:
        words = f"{words} − {number(step.flat_amount)}"
    if step.unit_amount:
        words = _("%(quantity)s in blocks of %(block)s begun") % {"quantity": words, "block": number(step.unit_amount)}
    if step.end:
        return _("%(quantity)s, at least %(minimum)s") % {"quantity": words, "minimum": number(step.end)}
    after = max((step.start or ZERO) - (step.quantity or ZERO) - (step.flat_amount or ZERO), ZERO)
    if not step.unit_amount and after != step.amount:
        return _("%(quantity)s, counted %(counted)s") % {"quantity": words, "counted": number(step.amount)}
    return words


def _tiers(line: LineResult) -> str:
    steps = [step for step in line.steps if step.op in {Op.UNIT, Op.TIER}]
    parts = [_product(step) for step in steps]
    return f"{' + '.join(parts)} = {money(sum((step.amount for step in steps), ZERO))}"


def _product(step: Step) -> str:
    words = f"{number(step.quantity or ZERO)} × {money(step.unit_amount or ZERO)}"
    return f"{words} + {money(step.flat_amount)}" if step.flat_amount else words


def _band(line: LineResult) -> str:
    step = next(step for step in line.steps if step.op is Op.BAND)
    bounds = {"start": number(step.start or ZERO), "end": number(step.end or ZERO), "amount": money(step.amount)}
    if step.end is None:
        return _("band above %(start)s, %(amount)s") % bounds
    return (_("band above %(start)s up to %(end)s, %(amount)s") if step.start else _("band up to %(end)s, %(amount)s")) % bounds


_CHANGES: dict[Op, Callable[[Step], str]] = {
    Op.NO_CLIFF: lambda step: _("never more than the first unit of the next tier → %(amount)s") % {"amount": money(step.amount)},
    Op.MINIMUM: lambda step: _("minimum of the line → %(amount)s") % {"amount": money(step.amount)},
    Op.MAXIMUM: lambda step: _("ceiling of the line → %(amount)s") % {"amount": money(step.amount)},
    Op.ROUND: lambda step: _("rounded to the cent → %(amount)s") % {"amount": money(step.amount)},
}


def _reason(step: Step) -> str:
    """The official's words; in a simulation nobody has decided anything yet."""
    return str(_("supposed for this simulation")) if step.reason == ASSUMED else step.reason
