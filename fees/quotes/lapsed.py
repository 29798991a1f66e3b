"""Estimates of holders whose time is over: the quote that rests on one may still be issued, but not without its being said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fees.quotes.facts import HOLDERS, Place, holder_code, last_figures
from fees.quotes.models import EstimateRequest, Quote
from fees.quotes.pricing import price_now
from fees.quotes.queries import estimates_of
from workflow.periods import paris_day


@dataclass(frozen=True)
class Lapsed:
    """A holder whose estimate is over, and the last day on which it held."""

    holder: str
    until: date


def held_until(request: EstimateRequest) -> date | None:
    """The last day on which the last answer of a holder holds; None when it has none."""
    return min((row.valid_until for row in last_figures(request).values() if row.valid_until is not None), default=None)


def is_over(request: EstimateRequest, day: date) -> bool:
    """Is the last answer of the holder past its last day?"""
    until = held_until(request)
    return until is not None and until < day


def lapsed_in(quote: Quote, at: datetime) -> list[Lapsed]:
    """The estimates that are over and on which the amounts of a draft rest; what the fee manager settled instead does not count."""
    over = [one for one in estimates_of(quote.dossier) if is_over(one, paris_day(at))]
    if not over or not quote.snapshot:
        return []
    used = {(line.key.dimension, fact.key.partition("@")[0]) for line in quote.kept.result.lines for fact in line.facts}
    origins = price_now(quote, at).sheet.origins
    return [Lapsed(one.organisation.name, held_until(one) or paris_day(at)) for one in over if _rests_on(one, used, origins)]


def _rests_on(request: EstimateRequest, used: Iterable[tuple[str, str]], origins: Mapping[Place, str]) -> bool:
    """Does a line use a figure of the holder: as a part of the sum, or on a line that is repeated for this holder?"""
    code, given = holder_code(request.organisation), last_figures(request)
    places = {("holder", code, key) if of == code else ("", "", key) for of, key in used if key in given and of in ("", code)}
    return any(origins.get(place) == HOLDERS for place in places)
