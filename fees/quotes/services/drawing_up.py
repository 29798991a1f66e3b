"""A quote is drawn up by the fee manager: begun, worked out, decided upon, and given its payers; all of it while it is a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from fees.quotes.models import Quote, QuotePayer, QuoteSeries
from fees.quotes.pricing import Price, price_now
from fees.quotes.states import QuotePurpose, QuoteState
from requests_app.models import Dossier
from requests_app.states import FINAL, State
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

#: What is entered of a payer.
PAYER_SAID = ("position", "organisation", "share", "lines", "vat_number", "order_reference", "service_code", "billing_address")


@dataclass(frozen=True)
class Payer:
    """Who pays what, as it is entered: lines that are named, or a share of all others."""

    organisation: Organisation
    share: Decimal | None = Decimal(1)
    lines: tuple[str, ...] = ()
    vat_number: str = ""
    order_reference: str = ""
    service_code: str = ""
    billing_address: str = ""


@transaction.atomic
def draw_up(dossier: Dossier, purpose: str, *, by: Any, at: datetime) -> Quote:
    """Begin a quote for a dossier that is complete; its controller pays until told otherwise. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(dossier)
    accepted = accepted_of(dossier)
    require_possible(dossier, purpose, accepted)
    if begun := Quote.objects.filter(dossier=dossier, purpose=purpose, state=QuoteState.DRAFT).first():
        sentence = _("%(number)s is being drawn up already: go on with it, or cancel it.")
        raise RuleBroken(Broken(sentence % {"number": begun.number}, where="purpose"))
    quote = Quote(dossier=dossier, purpose=purpose, drawn_up_at=at, drawn_up_by=by, number=_next_number(at))
    quote.previous = accepted if purpose == QuotePurpose.AMENDMENT else None
    quote.save()
    _begin_payers(quote)
    record(quote, "draw_up", by=by, at=at, facts={"dossier": dossier.pk, "purpose": purpose})
    work_out(quote, at)
    return quote


def require_possible(dossier: Dossier, purpose: str, accepted: Quote | None) -> None:
    """Raise WrongState or RuleBroken where such a quote makes no sense now, beside the one that is accepted."""
    if dossier.completed_at is None:
        raise WrongState(_("A quote is drawn up once the dossier is complete."))
    if purpose == QuotePurpose.WITHDRAWAL and dossier.state != State.WITHDRAWN:
        raise WrongState(_("Work done is charged by itself only once the dossier is withdrawn."))
    if purpose != QuotePurpose.WITHDRAWAL and dossier.state in FINAL and dossier.state != State.CLOSED:
        raise WrongState(_("The dossier has reached its end: no quote is drawn up any more."))
    if purpose == QuotePurpose.AMENDMENT and accepted is None:
        raise RuleBroken(Broken(_("An amendment changes an accepted quote, and this dossier has none."), where="purpose"))
    if purpose == QuotePurpose.FIRM and accepted is not None:
        sentence = _("Quote %(number)s is accepted: what changes now is an amendment.")
        raise RuleBroken(Broken(sentence % {"number": accepted.number}, where="purpose"))


def accepted_of(dossier: Dossier) -> Quote | None:
    """The quote that holds for a dossier."""
    found: Quote | None = Quote.objects.filter(dossier=dossier, state=QuoteState.ACCEPTED).first()
    return found


def _next_number(at: datetime) -> str:
    year = paris_day(at).year
    QuoteSeries.objects.get_or_create(year=year)
    series = QuoteSeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"DEV-{year}-{series.last:05d}"


def _begin_payers(quote: Quote) -> None:
    """Those of the quote that it amends, else the controller alone."""
    if quote.previous is not None:
        for payer in quote.previous.payers_read():
            QuotePayer.objects.create(quote=quote, **{name: getattr(payer, name) for name in PAYER_SAID})
    elif quote.dossier.content.controller is not None:
        QuotePayer.objects.create(quote=quote, organisation=quote.dossier.content.controller, share=Decimal(1))


@transaction.atomic
def decide(quote: Quote, choices: Mapping[str, Any], *, by: Any, at: datetime) -> Price:
    """Keep what the fee manager decides beside the facts, and work the draft out anew. Raises NotAllowed, WrongState."""
    record(quote, "edit", by=by, at=at, facts={"decided": sorted({*choices.get("choices", {}), *choices.get("grants", {})})})
    require_draft(quote)
    quote.choices = dict(choices)
    quote.save(update_fields=["choices"])
    return work_out(quote, at)


@transaction.atomic
def set_payers(quote: Quote, payers: Iterable[Payer], *, by: Any, at: datetime) -> None:
    """Say anew who pays a draft. Raises NotAllowed, WrongState, RuleBroken for the same payer twice."""
    told = list(payers)
    record(quote, "edit", by=by, at=at, facts={"payers": [payer.organisation.pk for payer in told]})
    require_draft(quote)
    if len({payer.organisation.pk for payer in told}) < len(told):
        raise RuleBroken(Broken(_("The same organisation is named twice."), where="payers"))
    quote.payers.all().delete()
    QuotePayer.objects.bulk_create(
        QuotePayer(
            quote=quote,
            position=place,
            organisation=payer.organisation,
            share=payer.share,
            lines=list(payer.lines),
            vat_number=payer.vat_number,
            order_reference=payer.order_reference,
            service_code=payer.service_code,
            billing_address=payer.billing_address,
        )
        for place, payer in enumerate(told, 1)
    )


@transaction.atomic
def refresh(quote: Quote, *, by: Any, at: datetime) -> Price:
    """Work a draft out anew, with the facts and the grids of the day. Raises NotAllowed, WrongState."""
    record(quote, "edit", by=by, at=at)
    require_draft(quote)
    return work_out(quote, at)


def require_draft(quote: Quote) -> None:
    """Raise WrongState for what is issued: it never changes."""
    if quote.state != QuoteState.DRAFT:
        raise WrongState(_("An issued quote never changes: draw up another one."))


def work_out(quote: Quote, at: datetime) -> Price:
    """Write into a draft what it comes to now, or nothing when that is not known."""
    price = price_now(quote, at)
    quote.snapshot, quote.snapshot_sha256 = price.text, price.sha256
    quote.engine_version = price.result.engine if price.result else ""
    quote.net, quote.vat, quote.gross = (price.result.net, price.result.vat, price.result.gross) if price.result else (None, None, None)
    quote.save(update_fields=["snapshot", "snapshot_sha256", "engine_version", "net", "vat", "gross"])
    quote.__dict__.pop("kept", None)
    return price


def purposes_possible(dossier: Dossier) -> list[str]:
    """What a quote of this dossier could be for now."""
    accepted = accepted_of(dossier)
    return [purpose for purpose in QuotePurpose.values if _is_possible(dossier, purpose, accepted)]


def _is_possible(dossier: Dossier, purpose: str, accepted: Quote | None) -> bool:
    try:
        require_possible(dossier, purpose, accepted)
    except (WrongState, RuleBroken):
        return False
    return True
