"""A signed digest of all chains, once a day: after it, nothing older can be cut or rewritten unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from django.db.models import Max

from workflow import keys
from workflow.models import Checkpoint, JournalLine
from workflow.periods import paris_day


def sign(at: datetime) -> Checkpoint | None:
    """Sign the state of every chain, once a day; None when the site has no key or the day has its checkpoint."""
    private, day = keys.private_key("journal"), paris_day(at)
    if private is None or Checkpoint.objects.filter(day=day).exists():
        return None
    last = JournalLine.objects.aggregate(last=Max("pk"))["last"] or 0
    digest, subjects = digest_until(last)
    return Checkpoint.objects.create(
        day=day,
        signed_at=at,
        subjects=subjects,
        last_line=last,
        digest=digest,
        key_id=keys.key_id(private.public_key()),
        signature=private.sign(_message(digest, last, subjects)).hex(),
    )


def digest_until(last_line: int) -> tuple[str, int]:
    """SHA-256 over the head of every chain among the lines up to one, and the number of chains."""
    running, count = hashlib.sha256(), 0
    lines = JournalLine.objects.filter(pk__lte=last_line).order_by("subject_type", "subject_id", "-seq")
    for line in lines.distinct("subject_type", "subject_id").iterator(chunk_size=5000):
        running.update(f"{line.subject_type}:{line.subject_id}:{line.seq}:{line.hash}\n".encode())
        count += 1
    return running.hexdigest(), count


def _message(digest: str, last_line: int, subjects: int) -> bytes:
    return f"guichet-journal:{digest}:{last_line}:{subjects}".encode()


def faults() -> Iterator[str]:
    """Checkpoints that the journal no longer fits, or whose signature does not hold under the present key."""
    private = keys.private_key("journal")
    for checkpoint in Checkpoint.objects.all():
        if digest_until(checkpoint.last_line) != (checkpoint.digest, checkpoint.subjects):
            yield f"checkpoint of {checkpoint.day}: the journal of that day was changed since"
        if private is None or checkpoint.key_id != keys.key_id(private.public_key()):
            continue
        try:
            message = _message(checkpoint.digest, checkpoint.last_line, checkpoint.subjects)
            private.public_key().verify(bytes.fromhex(checkpoint.signature), message)
        except InvalidSignature:
            yield f"checkpoint of {checkpoint.day}: its signature does not hold"
