"""A result is recorded, then a person decides: go on, or specify the need anew. Each result is kept, and so is each decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.matching.models import MatchingDecision, MatchingResult
from extractions.matching.rules import Counted, require_counts, require_reason, threshold
from extractions.models import Ticket
from extractions.states import TicketState
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import Broken, WrongState


def round_of(ticket: Ticket) -> int:
    """Which matching of the ticket this is: how many times one was begun."""
    begun = JournalLine.objects.filter(subject_type=Ticket.subject_type, subject_id=ticket.pk, action="begin_matching").count()
    return max(begun, 1)


def current_result(ticket: Ticket) -> MatchingResult | None:
    """The last result of the matching that is under way; None while none was recorded."""
    rows = MatchingResult.objects.filter(ticket=ticket, round=round_of(ticket), decision=None)
    found: MatchingResult | None = rows.select_related("recorded_by").order_by("-number").first()
    return found


def missing_result(ticket: Ticket) -> Iterable[Broken]:
    """What keeps a decision back: the result of this very matching."""
    if current_result(ticket) is None:
        yield Broken(_("Record the result of this matching first: the decision is made on it."))


@transaction.atomic
def record_result(ticket: Ticket, told: Counted, *, by: Any, at: datetime) -> MatchingResult:
    """Keep what the matching gave; a later one of the same round takes its place, and both are shown.

    Raises NotAllowed, RuleBroken, WrongState.
    """
    lock_and_reread(ticket)
    if ticket.state != TicketState.MATCHING:
        raise WrongState(_("No matching is under way: there is no result to record."))
    require_counts(told)
    last = MatchingResult.objects.filter(ticket=ticket).order_by("-number").values_list("number", flat=True).first() or 0
    row: MatchingResult = MatchingResult.objects.create(
        ticket=ticket,
        number=last + 1,
        round=round_of(ticket),
        submitted=told.submitted,
        found=told.found,
        passes=[{"order": place, "criteria": one.criteria.strip(), "found": one.found} for place, one in enumerate(told.passes, 1)],
        threshold=threshold(),
        recorded_at=at,
        recorded_by=by,
    )
    facts = {"result": row.pk, "submitted": row.submitted, "found": row.found, "threshold": str(row.threshold)}
    record(ticket, "record_result", by=by, at=at, facts=facts)
    return row


@transaction.atomic
def decide(ticket: Ticket, seen: int, because: str, *, goes_on: bool, by: Any, at: datetime) -> MatchingDecision:
    """Go on with the result that the person has read, or not. Raises NotAllowed, RuleBroken, WrongState when another came meanwhile."""
    lock_and_reread(ticket)
    result = current_result(ticket)
    if ticket.state != TicketState.MATCHING or result is None or result.pk != seen:
        raise WrongState(_("This is not the last result of the matching any more: read the page of the ticket again."))
    said = require_reason(result, because, goes_on)
    (ticket.go if goes_on else ticket.no_go)(by=by, at=at, because=said, result=result.pk)
    decision: MatchingDecision = MatchingDecision.objects.create(
        result=result, goes_on=goes_on, because=said, salt=ticket.salt, at=at, by=by
    )
    return decision
