"""What a controller does with a request: fetch, take up, ask, extend, answer, attach; each is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rights.answering.rules import ANSWERS
from rights.envelopes.choices import Direction, MessageKind
from rights.envelopes.models import Envelope, SealedMessage
from rights.envelopes.services.keeping import keep_for_person
from rights.models import Routing
from rights.rules import REFUSAL
from rights.states import RoutingState
from workflow.access_log import log_read
from workflow.engine import lock_and_reread, record, require_role
from workflow.refusals import Broken, RuleBroken, WrongState

PAGE, COMPLEMENT_PAGE = "rights_envelope", "rights_complement"


@dataclass(frozen=True)
class SealedWords:
    """A question or an answer, sealed on the controller's side to the person's key."""

    sealed: bytes
    #: The fingerprint of the person's key, as the envelope gave it.
    sealed_to: str


@transaction.atomic
def fetch(routing: Routing, *, by: Any, at: datetime) -> Envelope | None:
    """The sealed envelope, as often as it is asked for while it is kept; the first time hands the request over.

    None when the request has none, such as the end of an opposition. Raises NotAllowed, and WrongState when its time is over, as it is at
    once when the person gives the request up.
    """
    lock_and_reread(routing)
    require_role(routing, "see_sealed", by)
    envelope: Envelope | None = Envelope.objects.whole().select_related("key").filter(routing=routing.pk).first()
    if envelope is not None and (not envelope.is_there or envelope.kept_until <= at):
        raise WrongState(_("The envelope is not kept here any more."))
    if routing.state == RoutingState.DEPOSITED:
        routing.transmit(by=by, at=at)
    log_read(by, PAGE, Routing.subject_type, routing.pk)
    return envelope


@transaction.atomic
def complement(routing: Routing, sha256: str, *, by: Any) -> SealedMessage:
    """A complement of the person, still sealed. Raises NotAllowed, and WrongState when there is none of this name or it was purged."""
    require_role(routing, "see_sealed", by)
    wanted = SealedMessage.objects.there().whole().filter(routing=routing.pk, direction=Direction.TO_CONTROLLER, sha256=sha256)
    found: SealedMessage | None = wanted.exclude(routing__state=RoutingState.WITHDRAWN).first()
    if found is None:
        raise WrongState(_("This complement is not kept here any more."))
    log_read(by, COMPLEMENT_PAGE, Routing.subject_type, routing.pk)
    return found


@transaction.atomic
def take_up(routing: Routing, *, by: Any, at: datetime) -> None:
    """Say that the envelope is opened on the controller's side. Who says so without having fetched it has it by another way."""
    lock_and_reread(routing)
    if routing.state == RoutingState.DEPOSITED:
        routing.transmit(by=by, at=at)
    routing.take_up(by=by, at=at)


@transaction.atomic
def claim(routing: Routing, *, by: Any, at: datetime) -> None:
    """Note which agent of the controller has it in hand. Raises NotAllowed, WrongState."""
    record(routing, "claim", by=by, at=at)
    if not routing.is_open:
        raise WrongState(_("This request has ended."))
    routing.agent = by
    routing.save(update_fields=["agent"])


@transaction.atomic
def ask(routing: Routing, kind: str, question: SealedWords | None, *, by: Any, at: datetime) -> None:
    """Ask the person for something more; without a sealed question the controller writes by the channel that the envelope gives."""
    routing.ask_complement(by=by, at=at, kind=kind)
    if question is not None:
        _keep(routing, question, MessageKind.QUESTION, at)


@transaction.atomic
def extend(routing: Routing, reason: str, words: SealedWords | None, *, by: Any, at: datetime) -> None:
    """Announce two months more, with the reason, inside the first month; the person reads it when they follow their request."""
    routing.extend(by=by, at=at, reason=reason)
    if words is not None:
        _keep(routing, words, MessageKind.ANSWER, at)


@transaction.atomic
def answer(routing: Routing, move: str, reason: str, words: SealedWords | None, *, by: Any, at: datetime) -> None:
    """Answer, once and for good, with a reason of the list where not everything is granted. Raises what the machine refuses."""
    if move not in ANSWERS:
        raise RuleBroken(Broken(_("Choose an answer of the list."), where="answer"))
    if reason and not ANSWERS[move]:
        raise RuleBroken(Broken(_("This answer takes no reason."), REFUSAL, where="reason"))
    told = {"reason": reason} if ANSWERS[move] else {}
    getattr(routing, move)(by=by, at=at, **told)
    if words is not None:
        _keep(routing, words, MessageKind.ANSWER, at)


@transaction.atomic
def attach(routing: Routing, words: SealedWords, *, by: Any, at: datetime) -> SealedMessage:
    """Add something sealed for the person to an answer that was given, such as the copy of their data."""
    lock_and_reread(routing)
    require_role(routing, "attach", by)
    if not routing.is_answered:
        raise WrongState(_("Answer first: what you attach goes with the answer."))
    made = _keep(routing, words, MessageKind.ANSWER, at)
    record(routing, "attach", by=by, at=at, facts={"sha256": made.sha256, "size": made.size})
    return made


def _keep(routing: Routing, words: SealedWords, kind: MessageKind, at: datetime) -> SealedMessage:
    return keep_for_person(routing, words.sealed, kind=kind, sealed_to=words.sealed_to, at=at)
