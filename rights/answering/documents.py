"""Requests as the API tells them: of one body only, in a constant number of queries, without anything that the envelope holds."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import ApiClient
from extractions.exchange.once import NotFound
from extractions.exchange.queries import in_utc, page_of
from rights.answering.queries import with_clock
from rights.answering.rules import turn_of
from rights.envelopes.choices import Direction
from rights.envelopes.models import Envelope, SealedMessage
from rights.models import Routing
from rights.rules import reasons_for
from workflow.engine import available
from workflow.models import JournalLine

Document = dict[str, Any]


def routings_of(client: ApiClient) -> Any:
    """The requests that a system sees: those that went to its body."""
    rows = with_clock(Routing.objects.of_organisation(client.organisation_id))
    return rows.select_related("database", "request", "lifts")


def routing_of(client: ApiClient, number: str) -> Routing:
    """The request of this number among those. Raises NotFound."""
    routing: Routing | None = routings_of(client).filter(number=number).first()
    if routing is None:
        raise NotFound(number)
    return routing


def page(client: ApiClient, *, states: Sequence[str], since: datetime | None, cursor: str, limit: int) -> Document:
    """One page of a system's requests, in the order in which they came. Raises BadCursor."""
    found = routings_of(client)
    if states:
        found = found.filter(state__in=states)
    if since is not None:
        happened = JournalLine.objects.filter(subject_type="routing", subject_id=OuterRef("pk"), recorded_at__gte=in_utc(since))
        found = found.filter(Exists(happened))
    rows, following = page_of(found, cursor, limit)
    return {"items": documents(rows, client), "next_cursor": following}


def one(routing: Routing, client: ApiClient) -> Document:
    """One request."""
    return documents([routing], client)[0]


def documents(routings: list[Any], client: ApiClient) -> list[Document]:
    """These requests; what hangs from them is read for all at once."""
    keys = [routing.pk for routing in routings]
    envelopes = {one.routing_id: one for one in Envelope.objects.filter(routing__in=keys).select_related("key").defer("sealed")}
    messages: dict[int, list[SealedMessage]] = defaultdict(list)
    for message in SealedMessage.objects.filter(routing__in=keys).defer("sealed").order_by("at", "pk"):
        messages[message.routing_id].append(message)
    return [_document(routing, client, envelopes.get(routing.pk), messages[routing.pk]) for routing in routings]


def _document(routing: Any, client: ApiClient, envelope: Envelope | None, messages: list[SealedMessage]) -> Document:
    return {
        "number": routing.number,
        "request": str(routing.request.public_id),
        "state": routing.state,
        "state_since": routing.state_since or routing.received_at,
        "turn": turn_of(routing.state),
        "received_at": routing.received_at,
        "ended_at": routing.ended_at,
        "due_on": None if routing.is_paused else routing.due_on,
        "is_paused": routing.is_paused,
        "is_extended": routing.extended_at is not None,
        "database": {"code": routing.database.slug, "acronym": routing.database.acronym},
        "right": routing.right,
        "level": routing.level,
        "study": routing.study,
        "evidence": routing.evidence,
        "language": routing.request.language,
        "lifts": routing.lifts.number if routing.lifts_id else None,
        "complement": routing.complement,
        "reason": routing.reason,
        "reasons": reasons_for(routing.right),
        "envelope": None if envelope is None else _sealed_facts(envelope) | {"key": envelope.key.fingerprint},
        "messages": [_sealed_facts(one) | {"direction": one.direction, "kind": one.kind, "key": one.sealed_to} for one in messages],
        "moves": [spec.name for spec in available(routing, by=client.user)],
        "url": f"{settings.SITE_URL.rstrip('/')}{routing.get_absolute_url()}",
        "version": routing.journal_seq,
    }


def _sealed_facts(sealed: Envelope | SealedMessage) -> Document:
    kept = sealed.kept_until if sealed.is_there else None
    return {"sha256": sealed.sha256, "size": sealed.size, "at": sealed.at, "kept_until": kept}


def sealed_words(sealed: Envelope | SealedMessage, number: str, key: str) -> Document:
    """Sealed bytes with what they are bound to: all that the tool needs beside its private key."""
    told = {"v": 1, "number": number, "database": sealed.bound_to, "key": key, "sha256": sealed.sha256}
    return told | {"sealed": base64.b64encode(bytes(sealed.sealed)).decode()}


def sealed_request(envelope: Envelope, routing: Routing) -> Document:
    """An envelope, with what the site says was asked for: the tool warns when the person sealed something else, or for another form."""
    asked = {"right": routing.right, "level": routing.level, "study": routing.study, "form": routing.request.sending}
    return sealed_words(envelope, routing.number, envelope.key.fingerprint) | asked | {"attestation": attested(envelope)}


def attested(envelope: Envelope) -> Document | None:
    """Who the person is, where FranceConnect has said so: sealed to the key of the envelope, beside it."""
    if envelope.attestation is None:
        return None
    sealed = base64.b64encode(bytes(envelope.attestation)).decode()
    return {"level": envelope.attested_level, "at": envelope.attested_at, "sealed": sealed}


def sealed_complement(message: SealedMessage, number: str) -> Document:
    """A complement with what it is bound to; `kind` tells the tool that it is one."""
    return sealed_words(message, number, message.sealed_to) | {"kind": message.kind}


def complements(routing: Routing) -> Document:
    """The complements that the person has sent, without their content."""
    rows = SealedMessage.objects.filter(routing=routing.pk, direction=Direction.TO_CONTROLLER).defer("sealed").order_by("at", "pk")
    return {"items": [_sealed_facts(one) | {"direction": one.direction, "kind": one.kind, "key": one.sealed_to} for one in rows]}
