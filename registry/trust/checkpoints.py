"""The log, signed once a day: whoever keeps a checkpoint can show later that nothing it covers was altered or removed."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from registry.publication import say_what_is_shown_beside
from registry.trust import log, notes
from registry.trust.models import Checkpoint
from workflow import keys
from workflow.periods import paris_day

#: The use of the key, in the folder of keys.
KEY = "registry"


def origin() -> str:
    """The name of the log, and of its key: the address of its page without the protocol."""
    address = urlsplit(settings.SITE_URL)
    return f"{address.netloc}{address.path.rstrip('/')}/repertoire/journal"


def sign(at: datetime) -> Checkpoint | None:
    """Sign what the log is, once a day; None without a key, or when nothing is to be signed.

    What was written past the log is taken in before, and what a fiche of before shows beside its words is said by a version.
    """
    say_what_is_shown_beside(at)
    private, day = keys.private_key(KEY), paris_day(at)
    if private is None or Checkpoint.objects.filter(day=day).exists():
        return None
    log.catch_up()
    size = log.size()
    if not size:
        return None
    head = notes.Head(origin(), size, log.root(size))
    return Checkpoint.objects.create(
        day=day,
        signed_at=at,
        size=size,
        root=head.root.hex(),
        note=notes.sign(head, private),
        verifier=notes.verifier_of(head.origin, private.public_key()),
    )


def covering(index: int) -> Checkpoint | None:
    """The first checkpoint that covers the entry of this index."""
    return Checkpoint.objects.filter(size__gt=index).order_by("day").first()


def last() -> Checkpoint | None:
    """The checkpoint of the latest day."""
    return Checkpoint.objects.order_by("-day").first()


def fault_of(checkpoint: Checkpoint) -> str:
    """What is wrong with a checkpoint by itself: its signature, or a row that says something else than was signed; empty if nothing."""
    try:
        head = notes.verified(checkpoint.note, checkpoint.verifier)
    except notes.BadNote as error:
        return str(error)
    return "" if (head.size, head.root.hex()) == (checkpoint.size, checkpoint.root) else "the row says something else than was signed"
