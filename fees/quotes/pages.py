"""What the pages of the fees of a dossier show: the price that holds or what it would be, its quotes, its facts, who is awaited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.second_factor import address_for
from fees.condition_words import value_in_words
from fees.quotes.facts import ORIGINS, last_figures
from fees.quotes.history import history_of
from fees.quotes.lapsed import held_until, is_over, lapsed_in
from fees.quotes.models import EstimateRequest, FactEntry, Quote
from fees.quotes.policies import MAY, roles_on
from fees.quotes.pricing import Price, is_only_an_example, price_of
from fees.quotes.queries import estimates_of, quotes_of
from fees.quotes.services.deciding import accepted_by
from fees.quotes.services.drawing_up import purposes_possible
from fees.quotes.services.telling_facts import WHOLE, Part
from fees.quotes.shown import changes_between, is_for_staff, missing_in_words, shown_parts, shown_price, shown_quote, signed
from fees.quotes.signed_papers import papers_shown
from fees.quotes.stale import stale_of
from fees.quotes.states import BINDING, INDICATIVE, Origin, QuotePurpose, QuoteState
from fees.quotes.uncertainty import range_of
from fees.slots import TAB_PARTS
from fees.tariff.canonical import Recomputed, recompute
from fees.tariff.facts import FACTS
from fees.words import fact_label, number
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from requests_app.reading import dossier_for, frame, note_reading, roles_for
from requests_app.slots import Notice
from ui.navigation import stand_under
from ui.words import day_in_words
from workflow.access_log import log_read
from workflow.periods import paris_day

#: Quotes that speak for a dossier, the one that counts first.
SPEAKING = (QuoteState.ACCEPTED, QuoteState.ISSUED)


def sees_fees(request: HttpRequest, dossier: Any) -> bool:
    """Is the tab of the fees one of the reader's?"""
    return bool(roles_for(request, dossier) & MAY["see"])


def awaiting(request: HttpRequest, dossier: Any) -> int:
    """How many quotes await the reader's acceptance."""
    return len(_awaited(request, dossier))


def _awaited(request: HttpRequest, dossier: Any) -> list[Quote]:
    if dossier.completed_at is None or not roles_for(request, dossier) & MAY["see"]:
        return []
    issued = Quote.objects.without_text().prefetch_related("payers").filter(dossier=dossier, state=QuoteState.ISSUED)
    return [quote for quote in issued if accepted_by(quote, request.user)]


def notices(request: HttpRequest, dossier: Any) -> list[Notice]:
    """On the first page of the dossier: that a quote awaits this reader's acceptance."""
    return [
        Notice(_("A quote awaits your acceptance."), quote.get_absolute_url(), _("Read the quote and accept it"), "info")
        for quote in _awaited(request, dossier)
    ]


def on_cards(_user: Any, dossiers: list[Any]) -> dict[int, Notice]:
    """On the cards of “My dossiers”: the quote that awaits an acceptance, its number and its last day; one query for all cards."""
    named = {one.pk: one.reference for one in dossiers if one.completed_at is not None}
    if not named:
        return {}
    issued = Quote.objects.filter(dossier__in=list(named), state=QuoteState.ISSUED, purpose__in=BINDING)
    return {
        pk: Notice(
            _("Quote %(number)s awaits its acceptance until %(until)s.")
            % {"number": number_, "until": day_in_words(until) if until else ""},
            reverse("quotes:quote", args=[named[pk], number_]),
            _("Read the quote"),
        )
        for pk, number_, until in issued.order_by("pk").values_list("dossier", "number", "valid_until")
    }


def fees_for(request: HttpRequest, reference: str) -> Dossier:
    """The dossier of the tab; 404 for who does not see its fees."""
    dossier = dossier_for(request, reference)
    if not sees_fees(request, dossier):
        raise Http404
    return dossier


def fees_shown(request: HttpRequest, dossier: Dossier, at: datetime) -> dict[str, Any]:
    """The tab: the quote that counts, else what it would cost; then the facts, the holders, all quotes."""
    roles = roles_for(request, dossier)
    quotes = quotes_of(dossier, roles)
    current = next((quote for state in SPEAKING for quote in quotes if quote.state == state), None)
    note_reading(request, dossier, "fees")
    told: dict[str, Any] = {"quotes": quotes, "current": current, "estimates": estimates_shown(dossier, paris_day(at))}
    told["issued_since"] = [quote for quote in quotes if quote.state == QuoteState.ISSUED and quote != current]
    if current is not None:
        told |= quote_shown(request, current, at)
    else:
        told |= likely_shown(dossier, at)
    told["parts_of_tab"] = [(part.template, part.shown(request, dossier)) for part in TAB_PARTS]
    return frame(request, dossier) | told | _allowed(roles, dossier)


def _allowed(roles: frozenset[str], dossier: Dossier) -> dict[str, Any]:
    draws = bool(roles & MAY["draw_up"])
    return {
        "declares": bool(roles & MAY["declare_fact"]),
        "settles": bool(roles & MAY["settle_fact"]),
        "logs_work": bool(roles & MAY["log_work"]),
        "draws_up": draws and bool(purposes_possible(dossier)),
    }


def likely_shown(dossier: Dossier, at: datetime) -> dict[str, Any]:
    """What the dossier would cost with what is known today, or which facts lack."""
    return price_shown(price_of(dossier, paris_day(at), QuotePurpose.SIMULATION))


def price_shown(price: Price) -> dict[str, Any]:
    """A price that is worked out now, in words; or why there is none."""
    names = price.sheet.names
    lacking = [key for key in price.missing if not is_for_staff(key)]
    told: dict[str, Any] = {
        "price": None,
        "no_grid": not price.versions,
        "missing": missing_in_words(lacking, names),
        "missing_for_staff": missing_in_words([key for key in price.missing if is_for_staff(key)], names),
        "untaxed": [line for line, _profile, _day in price.untaxed],
        "wrong": fact_label(price.wrong[0]) if price.wrong[0] else "",
        "example": is_only_an_example(price.versions),
        "on": price.on,
    }
    if price.result is not None:
        told |= {"price": shown_price(price.result, price.versions, price.sheet), "range": None}
    return told


def quote_for(request: HttpRequest, reference: str, number_: str) -> Quote:
    """The quote of this number on this dossier; 404 for who does not see it, or while it is drawn up."""
    found: Quote = get_object_or_404(Quote.objects.for_reading(), number=number_, dossier__reference=reference)
    if not request.user.is_authenticated:
        raise Http404
    roles = roles_on(request.user, found)
    if not roles & MAY["see"] or (found.issued_at is None and not roles & MAY["see_drafts"]):
        raise Http404
    held = roles_for(request, found.dossier)
    stand_under(request, "dossiers" if held & TEAM_ROLES else "work" if held else "owed")
    return found


def standing(request: HttpRequest, quote: Quote) -> dict[str, Any]:
    """What stands around the page of a quote: the dossier's frame, or a plain page for a payer who is not on the dossier."""
    if roles_for(request, quote.dossier):
        note_reading(request, quote.dossier, "quote")
        return frame(request, quote.dossier) | {"base": "dossiers/page_base.html"}
    log_read(request.user, "quote", Dossier.subject_type, quote.dossier_id)
    return {"base": "quotes/payer_base.html", "dossier": quote.dossier}


def quote_shown(request: HttpRequest, quote: Quote, at: datetime) -> dict[str, Any]:
    """A quote: its price in words, who pays, and what the reader may do with it."""
    roles = roles_on(request.user, quote)
    may = {name: bool(roles & MAY[name]) for name in ("issue", "edit", "decline", "cancel", "see_drafts")}
    is_issued, is_draft = quote.state == QuoteState.ISSUED, quote.is_draft
    told: dict[str, Any] = {
        "quote": quote,
        "history": history_of(quote),
        "accepts": bool(accepted_by(quote, request.user)),
        "declines": may["decline"] and is_issued and quote.commits,
        "issues": may["issue"] and is_draft and bool(quote.snapshot),
        "edits": may["edit"] and is_draft,
        "cancels": may["cancel"] and (is_issued or is_draft),
        "papers": {paper.language: paper for paper in quote.papers.all()},
        "range": range_of(quote) if quote.purpose in INDICATIVE and quote.snapshot else None,
        "days_left": (quote.valid_until - paris_day(at)).days if is_issued and quote.valid_until else None,
    }
    told |= papers_shown(quote, roles) | {
        "stale": stale_of(quote, at) if told["edits"] else None,
        "lapsed": lapsed_in(quote, at) if told["edits"] else [],
    }
    if quote.snapshot:
        told |= {"price": shown_quote(quote), "parts": shown_parts(quote), "changes": amended(quote), "example": quote.is_illustrative}
    else:
        told |= price_shown(price_of(quote.dossier, paris_day(at), quote.purpose, quote.choices, quote.previous))
    return told


def amended(quote: Quote) -> list[Any]:
    """Of an amendment: before, after, difference."""
    return changes_between(quote.previous.kept.result, quote.kept.result) if quote.previous is not None else []


def comparison(request: HttpRequest, quote: Quote, at: datetime) -> dict[str, Any]:
    """The quote beside another one of the dossier, or beside what the grids and the facts of today give (`?avec=`)."""
    if not roles_for(request, quote.dossier) & MAY["see"]:
        return {}  # whoever pays reads the quotes that they pay, and no other of the dossier
    asked = request.GET.get("avec", "")
    others = [one for one in quotes_of(quote.dossier, roles_on(request.user, quote)) if one.pk != quote.pk and one.snapshot]
    told: dict[str, Any] = {"others": others, "compared_with": asked, "compares": bool(quote.snapshot)}
    other = next((one.kept.result for one in others if one.number == asked), None)
    if asked == "aujourdhui":
        other = price_of(quote.dossier, paris_day(at), QuotePurpose.SIMULATION, quote.choices).result
        told["no_comparison"] = other is None
    if other is None or not quote.snapshot:
        return told
    mine = quote.kept.result
    return told | {"compared": changes_between(mine, other), "difference": signed(other.net - mine.net), "other": other}


def recomputed(quote: Quote) -> Recomputed:
    """The quote calculated again from its snapshot alone. Raises Http404 where nothing was worked out."""
    if not quote.snapshot:
        raise Http404
    return recompute(quote.snapshot)


@dataclass(frozen=True)
class ShownEstimate:
    """What one holder was asked, and what they answered."""

    request: EstimateRequest
    figures: list[tuple[str, str, str, str, str]]  # fact, at least, likely, at most, note
    until: date | None  # the last day on which they hold
    is_over: bool


def estimates_shown(dossier: Dossier, day: date) -> list[ShownEstimate]:
    """What the holders were asked for a dossier."""
    return [ShownEstimate(one, figures_shown(one), held_until(one), is_over(one, day)) for one in estimates_of(dossier)]


def figures_shown(request: EstimateRequest) -> list[tuple[str, str, str, str, str]]:
    """The last figures of a holder, in words."""
    rows = last_figures(request).values()
    return [(fact_label(row.key), number(row.low), number(row.likely), number(row.high), row.note) for row in rows]


@dataclass(frozen=True)
class ShownFact:
    """One fact that the price asks for: its value, or that it is missing, and who says it."""

    key: str
    label: str
    value: str
    origin: Any
    reason: str
    is_missing: bool


def facts_shown(price: Price, dossier: Dossier, keys: Iterable[str], part: Part = WHOLE) -> list[ShownFact]:
    """These facts of the whole or of a part, in their order; one query."""
    settled = FactEntry.objects.filter(dossier=dossier, origin=Origin.ASSESSED, dimension=part.dimension, of=part.of)
    reasons = {row.key: row.reason for row in settled.order_by("entered_at", "pk")}
    return [_fact(key, price, reasons, part) for key in keys if key in FACTS]


def _fact(key: str, price: Price, reasons: dict[str, str], part: Part) -> ShownFact:
    table = price.sheet.each[part.dimension].get(part.of, {}) if part.dimension else price.sheet.facts
    fact = table.get(key)
    origin = price.sheet.origins.get((part.dimension, part.of, key), "")
    value = value_in_words(key, fact.value) if fact else ""
    return ShownFact(key, fact_label(key), value, ORIGINS.get(origin, ""), reasons.get(key, "") if origin == "staff" else "", fact is None)


def second_factor_url(user: Any, back: str) -> str:
    """Where the code of the second factor is given; empty when it was given already."""
    return "" if user.is_verified() else address_for(user, back)
