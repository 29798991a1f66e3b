"""Amounts, numbers and the closed lists of a tariff as a person reads them, in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from fees.tariff.dto import Text
from fees.tariff.facts import FACTS
from fees.tariff.money import plain
from fees.tariff.vocabulary import Charged, CostBasis, Group, Kind, Mode, Operator, Rounding, Stage, TaxPoint, Unit

GROUPS: dict[Group, Any] = {
    Group.PROCEDURE: pgettext_lazy("tariff", "Procedure"),
    Group.DATA: pgettext_lazy("tariff", "Data"),
    Group.WORK: pgettext_lazy("tariff", "Work"),
    Group.SPE: pgettext_lazy("tariff", "Project space"),
    Group.LICENCE: pgettext_lazy("tariff", "Licence"),
    Group.PASS_THROUGH: pgettext_lazy("tariff", "Passed on from a third party"),
}
#: Kinds of pieces that shipped grids name by a code; any other words are shown as they were written.
EVIDENCE: dict[str, Any] = {"sme_declaration": gettext_lazy("declaration that the body is an SME")}
COSTS: dict[CostBasis, Any] = {
    CostBasis.ASSESSMENT: gettext_lazy("examining the request"),
    CostBasis.PREPARATION: gettext_lazy("preparing the data"),
    CostBasis.SPE: gettext_lazy("the project space"),
    CostBasis.COMPENSATION: gettext_lazy("a part of the cost of the database"),
    CostBasis.COLLECTION: gettext_lazy("the initial collection of the data"),
}
MODES: dict[Mode, Any] = {
    Mode.FLAT: gettext_lazy("a fixed amount"),
    Mode.UNIT: gettext_lazy("a price per unit"),
    Mode.GRADUATED: gettext_lazy("tiers, each unit at the price of its own tier"),
    Mode.VOLUME: gettext_lazy("tiers, all units at the price of the tier reached"),
    Mode.BAND: gettext_lazy("one amount for each band"),
    Mode.RANGE: gettext_lazy("an amount chosen within bounds, with a reason"),
}
UNITS: dict[Unit, Any] = {
    Unit.FLAT: pgettext_lazy("unit", "in all"),
    Unit.SOURCE: pgettext_lazy("unit", "per source"),
    Unit.DATA_YEAR: pgettext_lazy("unit", "per year of data"),
    Unit.PATIENT: pgettext_lazy("unit", "per patient"),
    Unit.VARIABLE: pgettext_lazy("unit", "per variable"),
    Unit.DAY: pgettext_lazy("unit", "per day"),
    Unit.HOUR: pgettext_lazy("unit", "per hour"),
    Unit.USER_MONTH: pgettext_lazy("unit", "per user and month"),
    Unit.USER: pgettext_lazy("unit", "per user"),
    Unit.MONTH: pgettext_lazy("unit", "per month"),
    Unit.YEAR: pgettext_lazy("unit", "per year"),
    Unit.GB_MONTH: pgettext_lazy("unit", "per gigabyte and month"),
    Unit.BLOCK: pgettext_lazy("unit", "per block"),
    Unit.REFRESH: pgettext_lazy("unit", "per refresh"),
    Unit.OUTPUT_CHECK: pgettext_lazy("unit", "per output check"),
    Unit.AMENDMENT: pgettext_lazy("unit", "per amendment"),
    Unit.REVIEW: pgettext_lazy("unit", "per review"),
    Unit.DISSEMINATION: pgettext_lazy("unit", "per dissemination"),
    Unit.TABLE: pgettext_lazy("unit", "per table"),
    Unit.INSTITUTION: pgettext_lazy("unit", "per institution"),
    Unit.LICENCE_YEAR: pgettext_lazy("unit", "per year of licence"),
    Unit.EURO: pgettext_lazy("unit", "per euro"),
}
ROUNDINGS: dict[Rounding, Any] = {
    Rounding.EXACT: gettext_lazy("counted exactly"),
    Rounding.CEIL: gettext_lazy("each unit begun counts whole"),
    Rounding.FLOOR: gettext_lazy("whole units only"),
    Rounding.CEIL_BLOCK: gettext_lazy("each block begun counts whole"),
}
PERIODS: dict[Charged, Any] = {
    Charged.ONE_OFF: gettext_lazy("once"),
    Charged.PER_MONTH: gettext_lazy("each month"),
    Charged.PER_QUARTER: gettext_lazy("each quarter"),
    Charged.PER_YEAR: gettext_lazy("each year"),
}
TAX_POINTS: dict[TaxPoint, Any] = {
    TaxPoint.DECISION: gettext_lazy("the day of the decision"),
    TaxPoint.DELIVERY: gettext_lazy("the day of delivery"),
    TaxPoint.PERIOD_END: gettext_lazy("the last day of the period"),
    TaxPoint.INVOICE: gettext_lazy("the day of the invoice"),
}
STAGES: dict[Stage, Any] = {
    Stage.LINE: gettext_lazy("each line by itself"),
    Stage.GROUP: gettext_lazy("the sum of each group"),
    Stage.TOTAL: gettext_lazy("the sum of all its lines"),
}
KINDS: dict[Kind, Any] = {
    Kind.COEFFICIENT: gettext_lazy("Coefficient"),
    Kind.PERCENT_OFF: gettext_lazy("Reduction in per cent"),
    Kind.AMOUNT_OFF: gettext_lazy("Reduction in euros"),
    Kind.FLOOR: pgettext_lazy("tariff", "Floor"),
    Kind.CAP: pgettext_lazy("tariff", "Cap"),
    Kind.EXEMPT: pgettext_lazy("tariff", "Exemption"),
    Kind.SUBSIDY: gettext_lazy("Part paid by a third party"),
    Kind.SURCHARGE: gettext_lazy("Surcharge"),
}
OPERATORS: dict[Operator, Any] = {
    Operator.EQ: pgettext_lazy("condition", "is"),
    Operator.NE: pgettext_lazy("condition", "is not"),
    Operator.IN: pgettext_lazy("condition", "is one of"),
    Operator.NOT_IN: pgettext_lazy("condition", "is none of"),
    Operator.LT: pgettext_lazy("condition", "is less than"),
    Operator.LE: pgettext_lazy("condition", "is at most"),
    Operator.GT: pgettext_lazy("condition", "is more than"),
    Operator.GE: pgettext_lazy("condition", "is at least"),
    Operator.BETWEEN: pgettext_lazy("condition", "is between"),
    Operator.IS_TRUE: pgettext_lazy("condition", "yes"),
    Operator.IS_FALSE: pgettext_lazy("condition", "no"),
}


def said(text: Text) -> str:
    """The words in the reader's language; French when there are no others."""
    return text.fr if (get_language() or "fr").startswith("fr") or not text.en else text.en


def number(value: Decimal) -> str:
    """A number with the decimals that it has: “12”, “0.5”; in French “0,5”, thousands set apart."""
    digits = plain(value)
    decimals = len(digits.partition(".")[2])
    return number_format(Decimal(digits), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def money(amount: Decimal, currency: str = "EUR") -> str:
    """An amount with its currency: “€1,200.00”, “1 200,00 €”; two decimals, more only if it has more."""
    digits = plain(amount)
    decimals = max(2, len(digits.partition(".")[2]))
    shown = number_format(Decimal(digits), decimal_pos=decimals, use_l10n=True, force_grouping=True)
    if currency != "EUR":
        return f"{shown}\u00a0{currency}"
    # Translators: an amount in euros; in French the sign stands behind, after a no-break space.
    return _("€%(amount)s") % {"amount": shown}


def fact_label(key: str) -> str:
    """What a fact is called; the key itself for one that is not registered."""
    if key.startswith("line:"):
        code, _dot, part = key.removeprefix("line:").rpartition(".")
        words = _("quantity of the line %(code)s") if part == "quantity" else _("amount of the line %(code)s")
        return words % {"code": code}
    return said(FACTS[key].label) if key in FACTS else key
