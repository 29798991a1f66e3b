"""What a system changes through the API of tickets; webhooks, and the messages that follow what happens to a ticket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import ApiClient
from accounts.policies import may
from extractions.delivery import manifest
from extractions.delivery.rules import Delivered
from extractions.delivery.services import packages
from extractions.exchange.models import LONGEST_URL, Event, Notice, Webhook
from extractions.exchange.rules import MOVES, READ, WITH_REASON
from extractions.exchange.sending import Forbidden, read_address
from extractions.matching.rules import Counted, Pass
from extractions.matching.services import deciding
from extractions.models import Ticket
from extractions.services import waiting, working
from workflow import outbox
from workflow.models import JournalLine
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

PACE = """
    INSERT INTO exchange_pace (client_id, minute, number) VALUES (%s, %s, 1)
    ON CONFLICT (client_id) DO UPDATE SET minute = excluded.minute,
        number = CASE WHEN exchange_pace.minute = excluded.minute THEN exchange_pace.number + 1 ELSE 1 END
    RETURNING number
"""
#: What happens → of what a webhook is told; every other move is told as such.
TOLD = {"open": Event.OPENED, "ask": Event.ASKED, "answer": Event.ANSWERED, "cancel": Event.CANCELLED}

Act = Callable[[Ticket, Any, datetime], object]


def in_pace(client: ApiClient, minute: int) -> bool:
    """May this system ask once more in this minute? Counts the request."""
    with connection.cursor() as cursor:
        cursor.execute(PACE, [client.pk, minute])
        return int(cursor.fetchone()[0]) <= settings.TICKETS_REQUESTS_PER_MINUTE


def claim(ticket: Ticket, by: Any, at: datetime) -> None:
    """Note that the system of the body has taken the ticket. Raises WrongState when a person of the body has it, without a name."""
    if ticket.agent_id is not None and ticket.agent_id != by.pk:
        raise WrongState(_("Somebody has taken this ticket already."))
    working.claim(ticket, by=by, at=at)


def move(name: str, because: str) -> Act:
    """The call that makes one of `MOVES`. Raises RuleBroken for a reason that the move does not take, or for another move."""
    if name not in MOVES:
        raise RuleBroken(Broken(_("This move is made by a person, on a page."), where="move"))
    if because.strip() and name not in WITH_REASON:
        raise RuleBroken(Broken(_("This move takes no reason."), where="because"))
    told = {"because": because} if name in WITH_REASON else {}

    def make(ticket: Ticket, by: Any, at: datetime) -> None:
        getattr(ticket, name)(by=by, at=at, **told)

    return make


def expect(on: Any) -> Act:
    """The call that announces for which day the work is expected."""
    return lambda ticket, by, at: working.expect(ticket, on, by=by, at=at)


def ask(question: str) -> Act:
    """The call that puts a question to the applicant."""
    return lambda ticket, by, at: waiting.ask(ticket, question, by=by, at=at)


def withdraw(ticket: Ticket, by: Any, at: datetime) -> None:
    """Take back the open question that the system has put. Raises NotAllowed for another's, WrongState where none is open."""
    waiting.end_wait(ticket, by=by, at=at)


def result(submitted: int, passes: Iterable[tuple[str, int]]) -> Act:
    """The call that records what a matching gave, in counts."""
    told = Counted(submitted, tuple(Pass(criteria, found) for criteria, found in passes))
    return lambda ticket, by, at: deciding.record_result(ticket, told, by=by, at=at)


def deliver(files: str, told: dict[str, Any]) -> Act:
    """The call that announces a package with its list of files. Raises RuleBroken with what is wrong with the list."""
    read = manifest.read(files)
    if read.faults:
        said = _("Line %(line)s: %(fault)s")
        raise RuleBroken(*(Broken(said % {"line": one.line, "fault": one.sentence}, where="manifest") for one in read.faults))
    return lambda ticket, by, at: packages.announce(ticket, Delivered(read.files, **told), by=by, at=at)


# --- webhooks ---


@transaction.atomic
def add_webhook(client: ApiClient, *, url: str, events: Iterable[str], by: Any, at: datetime) -> Webhook:
    """Tell an address of a system of what happens to its body's tickets. Raises NotAllowed, WrongState, RuleBroken."""
    _require_keeper(by)
    held = ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if held.ended_at is not None:
        raise WrongState(_("The access of this system has ended."))
    _require_address(url)
    if held.webhooks.filter(url=url, ended_at=None).exists():
        raise RuleBroken(Broken(_("This address is told already."), where="url"))
    return Webhook.objects.create(client=held, url=url, events=sorted(events), created_at=at, created_by=by)


@transaction.atomic
def end_webhook(webhook: Webhook, *, by: Any, at: datetime) -> None:
    """Tell this address nothing any more; what waits is not sent. Raises NotAllowed, WrongState."""
    _require_keeper(by)
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if held.ended_at is not None:
        raise WrongState(_("This webhook was stopped already."))
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])


@transaction.atomic
def send_again(notice: Notice, *, by: Any, at: datetime) -> None:
    """Send a message once more, at once and under the same identity. Raises NotAllowed, WrongState."""
    _require_keeper(by)
    held = Notice.objects.select_for_update(of=("self",)).select_related("webhook__client").get(pk=notice.pk)
    if held.webhook.ended_at is not None or held.webhook.client.ended_at is not None:
        raise WrongState(_("This webhook was stopped already."))
    held.delivered_at = held.given_up_at = None
    held.save(update_fields=["delivered_at", "given_up_at"])
    Webhook.objects.filter(pk=held.webhook_id).update(rested_until=None)
    outbox.queue("webhook", f"webhook:{held.pk}:again:{at.timestamp():.0f}", notice=held.pk)


def tell_systems(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to what happens to a ticket: a message to each webhook of the body's systems that wants to be told of it."""
    event = TOLD.get(line.action) or (Event.MOVED if line.from_state != line.to_state else None)
    if event is None or outbox.is_muted():
        return
    webhooks = Webhook.objects.told_of(event, ticket.organisation_id, READ)
    tell(webhooks, event, {"number": ticket.number, "kind": ticket.kind}, line, ticket=ticket)


def tell(webhooks: Iterable[Webhook], event: str, known: dict[str, Any], line: JournalLine, *, ticket: Ticket | None = None) -> None:
    """A message to each of these webhooks about a line of a journal; `known` begins with the number of what it is about."""
    for webhook in webhooks:
        notice = Notice.objects.create(
            webhook=webhook, event=event, ticket=ticket, about=known["number"], body=_body(event, known, line), made_at=line.recorded_at
        )
        outbox.queue("webhook", f"webhook:{notice.pk}", notice=notice.pk)


def _body(event: str, known: dict[str, Any], line: JournalLine) -> str:
    """Numbers, codes and instants: who wants to know more asks the API."""
    told = {**known, "state": line.to_state, "previous_state": line.from_state, "action": line.action, "at": line.at, "version": line.seq}
    whole = {"type": event, "timestamp": line.recorded_at, "data": told}
    return json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _require_keeper(by: Any) -> None:
    if not may(by, "keep_api_clients"):
        raise NotAllowed(_("Your role does not allow this."))


def _require_address(url: str) -> None:
    try:
        read_address(url)
    except Forbidden:
        sentence = _("Write an address that begins with https://, without a password, and that does not lead into a private network.")
        raise RuleBroken(Broken(sentence, where="url")) from None
    if len(url) > LONGEST_URL:
        raise RuleBroken(Broken(_("This address is too long."), where="url"))
