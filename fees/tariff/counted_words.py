"""Quantities with their unit: “3 sources”, “1 day”, “48 user-months”."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import get_language, ngettext

from fees.tariff.vocabulary import Unit
from fees.words import number

_WORDS: dict[Unit, Callable[[int], str]] = {
    Unit.FLAT: lambda n: ngettext("%(number)s unit", "%(number)s units", n),
    Unit.SOURCE: lambda n: ngettext("%(number)s source", "%(number)s sources", n),
    Unit.DATA_YEAR: lambda n: ngettext("%(number)s year of data", "%(number)s years of data", n),
    Unit.PATIENT: lambda n: ngettext("%(number)s patient", "%(number)s patients", n),
    Unit.VARIABLE: lambda n: ngettext("%(number)s variable", "%(number)s variables", n),
    Unit.DAY: lambda n: ngettext("%(number)s day", "%(number)s days", n),
    Unit.HOUR: lambda n: ngettext("%(number)s hour", "%(number)s hours", n),
    Unit.USER_MONTH: lambda n: ngettext("%(number)s user-month", "%(number)s user-months", n),
    Unit.USER: lambda n: ngettext("%(number)s user", "%(number)s users", n),
    Unit.MONTH: lambda n: ngettext("%(number)s month", "%(number)s months", n),
    Unit.YEAR: lambda n: ngettext("%(number)s year", "%(number)s years", n),
    Unit.GB_MONTH: lambda n: ngettext("%(number)s gigabyte-month", "%(number)s gigabyte-months", n),
    Unit.BLOCK: lambda n: ngettext("%(number)s block", "%(number)s blocks", n),
    Unit.REFRESH: lambda n: ngettext("%(number)s refresh", "%(number)s refreshes", n),
    Unit.OUTPUT_CHECK: lambda n: ngettext("%(number)s output check", "%(number)s output checks", n),
    Unit.AMENDMENT: lambda n: ngettext("%(number)s amendment", "%(number)s amendments", n),
    Unit.REVIEW: lambda n: ngettext("%(number)s review", "%(number)s reviews", n),
    Unit.DISSEMINATION: lambda n: ngettext("%(number)s dissemination", "%(number)s disseminations", n),
    Unit.TABLE: lambda n: ngettext("%(number)s table", "%(number)s tables", n),
    Unit.INSTITUTION: lambda n: ngettext("%(number)s institution", "%(number)s institutions", n),
    Unit.LICENCE_YEAR: lambda n: ngettext("%(number)s year of licence", "%(number)s years of licence", n),
    Unit.EURO: lambda n: ngettext("%(number)s euro", "%(number)s euros", n),
}


def counted(unit: Unit, quantity: Decimal) -> str:
    """A quantity with its unit; French counts 1.5 as singular, English as plural."""
    whole = quantity == quantity.to_integral_value() or (get_language() or "fr").startswith("fr")
    return _WORDS[unit](int(quantity) if whole else 2) % {"number": number(quantity)}
