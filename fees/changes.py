"""What differs between two versions of a grid, in words: of which line, of what, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from fees.condition_words import in_words
from fees.line_words import effect, factor_in_words, price, tiers_shown
from fees.states import AmendmentPolicy, Billing, Scope, Selecting
from fees.tariff import dto
from fees.tariff.differences import Change as Became
from fees.tariff.differences import Difference, differences
from fees.words import COSTS, GROUPS, KINDS, MODES, PERIODS, STAGES, TAX_POINTS, UNITS, money, number, said
from ui.words import day_in_words

FIELDS: Mapping[str, Any] = {
    "label": gettext_lazy("label"),
    "group": gettext_lazy("group"),
    "cost_basis": gettext_lazy("cost that it covers"),
    "vat_profile": gettext_lazy("VAT"),
    "payee": gettext_lazy("owed to"),
    "mode": gettext_lazy("how it is worked out"),
    "unit": gettext_lazy("unit"),
    "quantity": gettext_lazy("what is counted"),
    "unit_amount": gettext_lazy("amount"),
    "tiers": gettext_lazy("tiers"),
    "no_cliff": gettext_lazy("never dearer than the first unit of a higher tier"),
    "accepts_cliff": gettext_lazy("falls of price accepted"),
    "range_min": gettext_lazy("lower bound"),
    "range_max": gettext_lazy("upper bound"),
    "min_amount": gettext_lazy("never less than"),
    "max_amount": gettext_lazy("never more than"),
    "condition": pgettext_lazy("tariff", "condition"),
    "each": gettext_lazy("repeated for"),
    "optional": gettext_lazy("only if it is asked for"),
    "chargeable_on_withdrawal": gettext_lazy("due even after a withdrawal"),
    "charged": gettext_lazy("how often"),
    "tax_point": gettext_lazy("day of the VAT rate"),
    "article": gettext_lazy("article"),
    "help": gettext_lazy("explanation"),
    "stage": gettext_lazy("worked out on"),
    "kind": gettext_lazy("what it does"),
    "value": gettext_lazy("value"),
    "minimum": gettext_lazy("lowest value that may be set"),
    "maximum": gettext_lazy("highest value that may be set"),
    "lines": gettext_lazy("lines"),
    "groups": gettext_lazy("groups"),
    "exclusive": gettext_lazy("does not add up with"),
    "priority": gettext_lazy("order"),
    "on_decision": gettext_lazy("only by a decision"),
    "requires_justification": gettext_lazy("a reason is given"),
    "requires_prior_notice": gettext_lazy("announced before the work began"),
    "evidence": gettext_lazy("proof"),
    "measure": gettext_lazy("how the part is told"),
    "funded_by": gettext_lazy("paid by"),
    "valid_from": gettext_lazy("first day"),
    "valid_to": gettext_lazy("last day"),
    "selecting_date": gettext_lazy("day that selects the version"),
    "amendment_policy": gettext_lazy("prices of an amendment"),
    "payees": gettext_lazy("payees"),
    "policy_order": gettext_lazy("order of the categories"),
    "sources": gettext_lazy("sources of the amounts"),
}
AMOUNTS = frozenset({"unit_amount", "range_min", "range_max", "min_amount", "max_amount"})
CODES: Mapping[str, Mapping[Any, Any]] = {
    "group": GROUPS,
    "cost_basis": COSTS,
    "mode": MODES,
    "unit": UNITS,
    "charged": PERIODS,
    "tax_point": TAX_POINTS,
    "stage": STAGES,
    "kind": KINDS,
    "selecting_date": dict(Selecting.choices),
    "amendment_policy": dict(AmendmentPolicy.choices),
    "scope": dict(Scope.choices),
    "billing": dict(Billing.choices),
}


@dataclass(frozen=True)
class Change:
    """One difference: of which line or modifier, of what, and its words before and after."""

    code: str
    label: str
    what: str
    before: str
    after: str


def changes_between(before: dto.GridVersion, after: dto.GridVersion) -> list[Change]:
    """Every difference, in the order of the newer version; what went comes last."""
    return [_change(one, before, after) for one in differences(before, after)]


def _change(one: Difference, before: dto.GridVersion, after: dto.GridVersion) -> Change:
    old, new = (_holder(version, one) for version in (before, after))
    label = _label_of(one, new if new is not None else old)
    if one.change is Became.ADDED:
        return Change(one.code, label, str(_("added")), "", _summary(new))
    if one.change is Became.REMOVED:
        return Change(one.code, label, str(_("removed")), _summary(old), "")
    what = str(FIELDS.get(one.field, one.field))
    return Change(one.code, label, what, in_field(one.field, getattr(old, one.field)), in_field(one.field, getattr(new, one.field)))


def _holder(version: dto.GridVersion, one: Difference) -> Any:
    """What bears the field: the line, the modifier, the content, the grid or the version itself."""
    if one.part in ("line", "modifier"):
        among: Any = version.content.lines if one.part == "line" else version.content.modifiers
        return next((thing for thing in among if thing.code == one.code), None)
    return {"header": version, "grid": version.grid, "content": version.content}[one.part]


def _label_of(one: Difference, thing: Any) -> str:
    return said(thing.label) if one.part in ("line", "modifier") else str(_("the version"))


def _summary(thing: Any) -> str:
    if isinstance(thing, dto.Line):
        tiers = _tiers(thing.tiers)
        return f"{price(thing)} ({tiers})" if tiers else price(thing)
    return effect(thing)


def in_field(field: str, value: Any) -> str:
    """The value of a field as a person reads it; empty for none."""
    if value is None or value == ():
        return ""
    if field in AMOUNTS:
        return money(value)
    if field == "valid_to":
        return day_in_words(value - timedelta(days=1))
    if field in CODES:
        return str(CODES[field].get(value, value))
    return next((write(value) for kind, write in WRITERS if isinstance(value, kind)), str(value))


def _tiers(tiers: tuple[dto.Tier, ...]) -> str:
    rows = tiers_shown(tiers, "EUR")
    # Translators: a tier in a list of tiers: the quantities, then the price.
    told = [_("%(what)s: %(price)s") % {"what": row.quantities, "price": _both(row.unit_amount, row.flat_amount)} for row in rows]
    # Translators: between two tiers of a list; in French a no-break space stands before the semicolon.
    return _("; ").join(told)


def _both(unit: str, flat: str) -> str:
    return " + ".join(filter(None, [flat, unit]))


def _several(values: tuple[Any, ...]) -> str:
    if isinstance(values[0], dto.Tier):
        return _tiers(values)
    return ", ".join(_each(values))


def _each(values: tuple[Any, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dto.Factor):
            yield factor_in_words(value)
        elif isinstance(value, dto.Payee):
            yield value.name
        else:
            yield str(GROUPS.get(value, value))


WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, lambda value: str(_("yes") if value else _("no"))),
    (Decimal, number),
    (date, day_in_words),
    (dto.Text, said),
    ((dto.Check, dto.AllOf, dto.AnyOf, dto.Not), in_words),
    (dto.PolicyOrder, lambda value: " ≤ ".join(" = ".join(step) for step in value.steps)),
    (tuple, _several),
)
