"""What has changed since a draft was worked out: facts, grids, the day, the work done, VAT; each with what it was and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fees.condition_words import value_in_words
from fees.queries import vat_table
from fees.quotes.models import Quote
from fees.quotes.pricing import Price, inputs_for, price_now
from fees.tariff import dto
from fees.words import fact_label, number, said
from ui.words import day_in_words


@dataclass(frozen=True)
class Changed:
    """One thing that is no longer what it was."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Stale:
    """That a draft no longer says what it would come to now, and why."""

    changes: tuple[Changed, ...]


def stale_of(quote: Quote, at: datetime) -> Stale | None:
    """What has changed since the draft was worked out; None when it would come to the very same."""
    price = price_now(quote, at)
    if price.sha256 == quote.snapshot_sha256:
        return None
    if not quote.snapshot:
        return Stale((Changed(_("Facts that were missing"), _("not known"), _("known")),))
    kept, now = quote.kept.inputs, inputs_for(quote.dossier, price.sheet, price.on, quote.purpose, quote.choices)
    found = [*_facts(kept.facts, now.facts, ""), *_parts(kept.each, now.each, price), *_grids(quote, price)]
    found += _plain(_("Day of the calculation"), day_in_words(kept.on), day_in_words(now.on))
    for line in sorted({*kept.done, *now.done}):
        before, after = kept.done.get(line, Decimal(0)), now.done.get(line, Decimal(0))
        found += _plain(_("Work done: %(line)s") % {"line": line}, number(before), number(after))
    if not found and (quote.kept.vat != vat_table() or kept.tax_points != now.tax_points):
        found.append(Changed(_("VAT"), _("as it was laid down then"), _("as it is laid down now")))
    return Stale(tuple(found))


def _plain(what: str, before: str, after: str) -> list[Changed]:
    return [] if before == after else [Changed(what, before, after)]


def _facts(before: Mapping[str, dto.Fact], after: Mapping[str, dto.Fact], of: str) -> list[Changed]:
    changed = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    names = {key: _capital(fact_label(key)) + (f" ({of})" if of else "") for key in changed}
    return [Changed(names[key], *_told(key, before.get(key), after.get(key))) for key in changed]


def _told(key: str, before: dto.Fact | None, after: dto.Fact | None) -> tuple[str, str]:
    texts = [_("not known") if fact is None else value_in_words(key, fact.value) for fact in (before, after)]
    if texts[0] == texts[1] and before is not None and after is not None:
        texts = [_bounds(text, fact) for text, fact in zip(texts, (before, after), strict=True)]
    if texts[0] == texts[1]:
        texts = [texts[0], _("%(value)s, said by somebody else") % {"value": texts[1]}]
    return texts[0], texts[1]


def _bounds(text: str, fact: dto.Fact) -> str:
    if fact.low is None or fact.high is None:
        return text
    told = {"value": text, "low": number(fact.low), "high": number(fact.high)}
    return _("%(value)s, between %(low)s and %(high)s") % told


def _parts(before: Mapping[str, Any], after: Mapping[str, Any], price: Price) -> list[Changed]:
    found = []
    for dimension in sorted({*before, *after}):
        old, new = before.get(dimension, {}), after.get(dimension, {})
        for of in sorted({*old, *new}):
            found += _facts(old.get(of, {}), new.get(of, {}), price.sheet.names.get(of, of))
    return found


def _grids(quote: Quote, price: Price) -> list[Changed]:
    before = {version.grid.code: version for version in quote.kept.versions}
    after = {version.grid.code: version for version in price.versions}
    found = []
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        named = old or new
        assert named is not None
        found += _plain(said(named.grid.name), _version(old), _version(new))
    return found


def _version(version: dto.GridVersion | None) -> str:
    return _("version %(number)s") % {"number": version.number} if version is not None else _("does not price this dossier")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
