"""A quote is issued by the fee manager, accepted or declined by who pays, cancelled, or replaced by a later one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from fees.quotes import rules
from fees.quotes.models import Quote, QuotePayer
from fees.quotes.policies import accepts_for
from fees.quotes.services.drawing_up import accepted_of, require_draft, require_possible, work_out
from fees.quotes.states import QuotePurpose, QuoteState
from requests_app.models import Dossier
from requests_app.policies import roles_on as roles_on_dossier
from requests_app.searchable import changed
from requests_app.signatures import Signature
from requests_app.states import State
from workflow import clocks, tasklist
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import due_on, paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

VALIDITY = "K-DEV"


@transaction.atomic
def issue(quote: Quote, *, by: Any, at: datetime, signed: Signature | None) -> JournalLine:
    """Issue a draft as it was read; the one that was issued before it for the same dossier gives way.

    It is worked out once more: when something else comes out than what was read, nothing is issued. Raises NotAllowed, WrongState,
    RuleBroken.
    """
    dossier, quote = locked(quote)
    require_draft(quote)
    _require_still_possible(dossier, quote)
    read = quote.snapshot_sha256
    price = work_out(quote, at)
    if not price.is_known:
        raise RuleBroken(Broken(_("This quote cannot be worked out any more: a fact is missing.")))
    if price.sha256 != read:
        raise RuleBroken(Broken(_("The facts, the grids or the day have changed since the quote was worked out: work it out again.")))
    replaced = [QuoteState.ISSUED, QuoteState.ACCEPTED] if quote.purpose == QuotePurpose.WITHDRAWAL else [QuoteState.ISSUED]
    for other in Quote.objects.filter(dossier=dossier, state__in=replaced).exclude(pk=quote.pk).order_by("pk"):
        other.supersede(by=User.objects.system(), at=at, by_quote=quote)
    line = quote.issue(by=by, at=at, valid_until=last_day_from(at), signed=signed)
    changed("quote", quote.pk, line.pk)
    if quote.commits:
        clock = clocks.of(quote).filter(code=VALIDITY).last()
        tasklist.open_task(quote, "accept", "signatory", at, clock=clock)
    return line


def _require_still_possible(dossier: Dossier, quote: Quote) -> None:
    accepted = accepted_of(dossier)
    require_possible(dossier, quote.purpose, accepted)
    if quote.purpose == QuotePurpose.AMENDMENT and accepted is not None and quote.previous_id != accepted.pk:
        sentence = _("Quote %(number)s was accepted meanwhile, and this draft amends an earlier one: cancel it and draw up another.")
        raise RuleBroken(Broken(sentence % {"number": accepted.number}))


def last_day_from(at: datetime) -> date:
    """The last day of a quote that is issued then, by the rule in force."""
    rule = clocks.rule_in_force(VALIDITY, paris_day(at))
    return due_on(paris_day(at), rule.length, rule.unit, rolls=rule.rolls)


@transaction.atomic
def accept(quote: Quote, *, by: Any, at: datetime, signed: Signature | None, orders: Mapping[int, str] | None = None) -> JournalLine:
    """Accept for the payers whom this person commits; with the last of them the quote is accepted, and takes the place of the former.

    `orders`: payer → the number of its order. Raises NotAllowed, WrongState, RuleBroken.
    """
    dossier, quote = locked(quote)
    mine = accepted_by(quote, by)
    if mine:
        rules.require_alive(dossier)
    device = rules.require_signed(by, signed, quote.snapshot_sha256) if mine else ""
    for payer in mine:
        payer.accepted_at, payer.accepted_by = at, by
        payer.order_reference = (orders or {}).get(payer.pk, "").strip()[:60] or payer.order_reference
        payer.save(update_fields=["accepted_at", "accepted_by", "order_reference"])
        changed("quote", quote.pk, f"accepted-{payer.pk}")  # the number of its order
    if quote.commits and quote.state == QuoteState.ISSUED and quote.payers.filter(accepted_at=None).exists():
        if not mine:
            raise NotAllowed(_("You commit none of the payers of this quote."))
        rules.require_valid_on(quote, paris_day(at))
        return record(quote, "accept_part", by=by, at=at, facts={"payers": [payer.pk for payer in mine], "second_factor": device})
    return _accept_whole(dossier, quote, by=by, at=at, signed=signed)


def _accept_whole(dossier: Dossier, quote: Quote, *, by: Any, at: datetime, signed: Signature | None) -> JournalLine:
    make_room(dossier, quote, at)
    return quote.accept(by=by, at=at, signed=signed)


def make_room(dossier: Dossier, quote: Quote, at: datetime) -> None:
    """The accepted quote that an amendment changes gives way to it. Raises WrongState where another quote was accepted meanwhile."""
    former = Quote.objects.filter(dossier=dossier, state=QuoteState.ACCEPTED).exclude(pk=quote.pk).first()
    if former is None or quote.state != QuoteState.ISSUED:
        return
    if quote.purpose != QuotePurpose.AMENDMENT or quote.previous_id != former.pk:
        raise WrongState(_("Another quote of this dossier was accepted meanwhile."))
    former.supersede(by=User.objects.system(), at=at, by_quote=quote)


def accepted_by(quote: Quote, by: Any) -> list[QuotePayer]:
    """The payers who have not accepted yet and whom this person commits; none where the quote is not to be accepted."""
    if quote.state != QuoteState.ISSUED or not quote.commits:
        return []
    held = roles_on_dossier(by, quote.dossier)
    return [payer for payer in quote.payers_read() if payer.accepted_at is None and accepts_for(by, payer, quote.dossier, held)]


@transaction.atomic
def decline(quote: Quote, because: str, *, by: Any, at: datetime) -> JournalLine:
    """Decline an issued quote, and say why. Raises NotAllowed, WrongState, RuleBroken."""
    _dossier, quote = locked(quote)
    return quote.decline(by=by, at=at, because=because)


@transaction.atomic
def cancel(quote: Quote, because: str, *, by: Any, at: datetime) -> JournalLine:
    """Cancel a draft, or an issued quote that nobody has accepted. Raises NotAllowed, WrongState, RuleBroken."""
    _dossier, quote = locked(quote)
    return quote.cancel(by=by, at=at, because=because)


def cancel_of_ended(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to the end of a dossier: what was drawn up or issued has no object any more; what was accepted is settled by a person."""
    with translation.override(settings.LANGUAGE_CODE):  # it is kept: not in the language of whoever ended the dossier
        because = _("The dossier was withdrawn.") if dossier.state == State.WITHDRAWN else _("The dossier has reached its end.")
    open_now = Quote.objects.filter(dossier=dossier, state__in=[QuoteState.DRAFT, QuoteState.ISSUED]).order_by("pk")
    for quote in open_now:
        quote.cancel(by=User.objects.system(), at=line.at, because=because)


def locked(quote: Quote) -> tuple[Dossier, Quote]:
    """The dossier first, then the quote: whoever acts on quotes of one dossier waits for the other."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=quote.dossier_id)
    lock_and_reread(quote)
    return dossier, quote
