"""What a system changes through the API, once per key: the same request sent again is answered the same, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from accounts.models import ApiClient
from extractions.exchange.models import Answer
from extractions.exchange.rules import matches, tag_of
from extractions.exchange.services import Changed, KeyReused, Told
from rights.answering import documents
from rights.models import Routing
from workflow.engine import lock_and_reread

Act = Callable[[Routing, Any, datetime], object]


class NoSuchRequest(LookupError):
    """There is no request of this number among those of the body."""


@dataclass(frozen=True)
class Asked:
    """A request that changes something: whose, about which, under which key, on which condition."""

    client: ApiClient
    number: str
    key: str
    #: Of the method, the address and the body.
    sha256: str
    if_match: str
    at: datetime


@transaction.atomic
def once(asked: Asked, act: Act) -> Told:
    """Make the change, or tell again what was told for this key. What is refused keeps no key: it changed nothing.

    Raises NoSuchRequest, KeyReused, Changed, and what the domain refuses.
    """
    known = {"request_sha256": asked.sha256, "made_at": asked.at}
    answer, new = Answer.objects.get_or_create(client=asked.client, key=asked.key, defaults=known)
    if not new:
        if answer.request_sha256 != asked.sha256:
            raise KeyReused
        return Told(answer.body, answer.etag, again=True)
    routing = found(asked.client, asked.number)
    lock_and_reread(routing)
    if not matches(asked.if_match, routing.journal_seq):
        raise Changed
    act(routing, asked.client.user, asked.at)
    after = found(asked.client, asked.number)
    answer.body = json.dumps(documents.one(after, asked.client), cls=DjangoJSONEncoder, ensure_ascii=False)
    answer.etag = tag_of(after.journal_seq)
    answer.save(update_fields=["body", "etag"])
    return Told(answer.body, answer.etag)


def found(client: ApiClient, number: str) -> Routing:
    """The request of this number, of the system's own body. Raises NoSuchRequest."""
    routing: Routing | None = documents.routings_of(client).filter(number=number).first()
    if routing is None:
        raise NoSuchRequest(number)
    return routing
