"""Amounts and numbers in pages: `{% load amounts %}{{ line.net|money }}`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from fees import words
from ui.words import day_in_words

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str = "EUR") -> str:
    """“€1,200.00”, “1 200,00 €”; empty for no amount."""
    return "" if amount is None else words.money(amount, currency)


@register.filter
def exact(number: Decimal | None) -> str:
    """A number with the decimals that it has; empty for none."""
    return "" if number is None else words.number(number)


@register.filter
def period(version: Any) -> str:
    """“from Monday 1 September 2025, without an end”; the last day belongs to it."""
    since = day_in_words(version.since)
    if version.last_day is None:
        return _("from %(since)s, without an end") % {"since": since}
    return _("from %(since)s to %(last)s") % {"since": since, "last": day_in_words(version.last_day)}
