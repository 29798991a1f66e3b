"""How long the requests that were answered took: shares that tell no small count, and order statistics only where they tell none. Pure.

The number of requests that were answered can be computed from what is published, so that a share is as good as a count. It is split in two,
then the part in time once more: a part below the threshold is said to be below it, and the other one to be at least the rest; then nothing
below is told. Where too few were withdrawn or expired to be told, the number of answers would tell it: then shares are bounds, computed
from the fewest answers that the published numbers allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: What a share says: it is so, at least so, at most so.
EXACT, LEAST, MOST = "exact", "at_least", "at_most"


@dataclass(frozen=True)
class Spell:
    """One request that was answered: in how many days, late or not, extended or not."""

    days: int
    is_late: bool
    is_extended: bool


def delays_of(spells: Sequence[Spell], threshold: int, least: int | None = None) -> dict[str, Any]:
    """Shares in hundredths of all that were answered, median and 90th percentile in days; None where it would tell a small count.

    `least`: the fewest answers that the published numbers allow, where their number itself must not be told.
    """
    count, late = len(spells), sum(one.is_late for one in spells)
    told: dict[str, Any] = dict.fromkeys(("in_time", "late", "in_month", "extended", "median_days", "p90_days"))
    if count < threshold or (least is not None and least < threshold):
        return told
    if least is not None:
        told["late"], told["in_time"] = bounded(late, count, least, threshold)
        days = sorted(one.days for one in spells)
        told["median_days"] = ranked(days, 0.5) if least >= 2 * threshold else None
        told["p90_days"] = ranked(days, 0.9) if least >= 10 * threshold else None
        return told
    in_time, is_exact = count - late, is_told(late, count, threshold)
    told["late"], told["in_time"] = shares(late, count, count, threshold)
    if is_exact and in_time:
        longer = sum(one.is_extended and not one.is_late for one in spells)
        told["extended"], told["in_month"] = shares(longer, in_time, count, threshold)
    days = sorted(one.days for one in spells)
    if is_exact or count >= 2 * threshold:
        told["median_days"] = ranked(days, 0.5)
    if is_exact or count >= 10 * threshold:
        told["p90_days"] = ranked(days, 0.9)
    return told


def is_told(part: int, whole: int, threshold: int) -> bool:
    """May a part be told exactly: neither it nor the rest is small?"""
    return not (0 < part < threshold or 0 < whole - part < threshold)


def shares(part: int, whole: int, of: int, threshold: int) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The shares of a part and of the rest, in hundredths of `of`; where one is small, both as bounds only; where both are, nothing."""
    rest = whole - part
    if is_told(part, whole, threshold):
        return _share(part, of, EXACT), _share(rest, of, EXACT)
    if 0 < part < threshold and 0 < rest < threshold:  # a bound on the one would be a bound on the other
        return None, None
    edge = min(threshold - 1, whole)
    if 0 < part < threshold:
        return _share(edge, of, MOST), _share(whole - edge, of, LEAST)
    return _share(whole - edge, of, LEAST), _share(edge, of, MOST)


def bounded(part: int, whole: int, least: int, threshold: int) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The shares of a part and of the rest where the whole must not be told: none and all as they are, else bounds from `least`."""
    rest = whole - part
    if part == 0 or rest == 0:
        return _share(part, whole, EXACT), _share(rest, whole, EXACT)
    if rest < threshold:
        return (None, None) if part < threshold else bounded(rest, whole, least, threshold)[::-1]
    edge = max(part, threshold - 1)
    if least - edge < threshold:  # that so much is left would tell how many there are
        return None, None
    return _share(edge, least, MOST), _share(least - edge, least, LEAST)


def ranked(days: Sequence[int], share: float) -> int:
    """The value that this share of the sorted values does not exceed."""
    return days[max(0, math.ceil(share * len(days)) - 1)]


def _share(part: int, of: int, kind: str) -> dict[str, Any]:
    exact = 100 * part / of
    return {"percent": math.floor(exact) if kind == LEAST else math.ceil(exact) if kind == MOST else round(exact), "is": kind}
