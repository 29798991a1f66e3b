"""What a system changes through an API, once per key: the same request sent again is answered the same, and changes nothing."""

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
from workflow.engine import lock_and_reread

#: The call that changes the subject: with it, the system's user and the instant.
Act = Callable[[Any, Any, datetime], object]


class NotFound(LookupError):
    """There is nothing of this number among what the body of the system sees."""


class KeyReused(Exception):
    """A key that stands for another request."""


class Changed(Exception):
    """Something has happened to the subject since the request's author read it."""


def journalled(subject: Any) -> int:
    """Lock what has a journal and read it anew; how many things have happened to it."""
    lock_and_reread(subject)
    return int(subject.journal_seq)


@dataclass(frozen=True)
class Offered:
    """What an API lets a system change: how it is found among those of its body, told with its `version`, and locked."""

    #: Raises NotFound.
    found: Callable[[ApiClient, str], Any]
    told: Callable[[Any, ApiClient], dict[str, Any]]
    #: The answer is the version that it now has.
    locked: Callable[[Any], int] = journalled


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


@dataclass(frozen=True)
class Told:
    """What a request is answered."""

    body: str
    etag: str
    #: It was asked before, and nothing was changed now.
    again: bool = False


@transaction.atomic
def once(asked: Asked, offered: Offered, act: Act) -> Told:
    """Make the change, or tell again what was told for this key. What is refused keeps no key: it changed nothing, and may be asked again.

    Raises NotFound, KeyReused, Changed, and what the domain refuses.
    """
    known = {"request_sha256": asked.sha256, "made_at": asked.at}
    answer, new = Answer.objects.get_or_create(client=asked.client, key=asked.key, defaults=known)
    if not new:
        if answer.request_sha256 != asked.sha256:
            raise KeyReused
        return Told(answer.body, answer.etag, again=True)
    subject = offered.found(asked.client, asked.number)
    if not matches(asked.if_match, offered.locked(subject)):
        raise Changed
    act(subject, asked.client.user, asked.at)
    after = offered.told(offered.found(asked.client, asked.number), asked.client)
    answer.body = json.dumps(after, cls=DjangoJSONEncoder, ensure_ascii=False)
    answer.etag = tag_of(after["version"])
    answer.save(update_fields=["body", "etag"])
    return Told(answer.body, answer.etag)
