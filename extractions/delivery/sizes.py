"""Sizes as people say them: “6.4 TB”, “6,4 To”; decimal units, as disks and transfers are counted."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_UNITS = (
    gettext_noop("%(size)s B"),
    gettext_noop("%(size)s kB"),
    gettext_noop("%(size)s MB"),
    gettext_noop("%(size)s GB"),
    gettext_noop("%(size)s TB"),
)


def size_said(count: int | None) -> str:
    """The size in the largest unit that leaves at least one of it; empty where none is known."""
    if count is None:
        return ""
    value, unit = Decimal(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    decimals = 0 if unit == 0 or value >= 100 or value == int(value) else 1
    return _(_UNITS[unit]) % {"size": number_format(round(value, decimals), decimals)}
