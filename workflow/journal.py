"""The journal's pen and its proof: how a line is written, how a chain is checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Protocol

from django.utils import timezone

from workflow.models import JournalLine

GENESIS = "0" * 64


class Chained(Protocol):
    """What the pen needs from a subject: who it is, and the end of its chain."""

    subject_type: ClassVar[str]
    pk: Any
    journal_seq: int
    journal_head: str


@dataclass(frozen=True)
class Happened:
    """What a line says: the action, the states before and after, who, when, by which text, and facts (ids, codes, dates)."""

    action: str
    from_state: str
    to_state: str
    actor_id: int
    actor_role: str
    at: datetime
    law: str
    facts: Mapping[str, Any]


def write(subject: Chained, happened: Happened) -> JournalLine:
    """Append one line to the subject's chain; the caller holds the subject's lock and saves its new head."""
    line = JournalLine(
        subject_type=subject.subject_type,
        subject_id=subject.pk,
        seq=subject.journal_seq + 1,
        previous=subject.journal_head or GENESIS,
        recorded_at=timezone.now(),
        **{**vars(happened), "facts": plain(happened.facts)},
    )
    line.hash = digest(line)
    line.save(force_insert=True)
    subject.journal_seq, subject.journal_head = line.seq, line.hash
    return line


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON holds them: dates in ISO 8601, instants in UTC."""
    return {key: _plain_value(value) for key, value in facts.items() if value not in (None, "")}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain_value(item) for item in value]
    return value if isinstance(value, (bool, int)) else str(value)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(line: JournalLine) -> str:
    """SHA-256 of the line's content and of the hash before it, over JSON with sorted keys."""
    content = {
        "subject": [line.subject_type, line.subject_id, line.seq],
        "action": line.action,
        "states": [line.from_state, line.to_state],
        "actor": [line.actor_id, line.actor_role],
        "times": [_instant(line.at), _instant(line.recorded_at)],
        "law": line.law,
        "facts": line.facts,
        "previous": line.previous,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """The first place where a chain does not hold."""

    subject_type: str
    subject_id: int
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}, line {self.seq}: {self.reason}"


def faults() -> Iterator[Fault]:
    """The first fault of each broken chain; reads the whole journal in a stream."""
    current: tuple[str, int] | None = None
    seq, head, broken = 0, GENESIS, False
    for line in JournalLine.objects.order_by("subject_type", "subject_id", "seq").iterator(chunk_size=5000):
        if (line.subject_type, line.subject_id) != current:
            current, seq, head, broken = (line.subject_type, line.subject_id), 0, GENESIS, False
        if broken:
            continue
        reason = fault_of(line, seq + 1, head)
        if reason:
            broken = True
            yield Fault(line.subject_type, line.subject_id, seq + 1 if line.seq != seq + 1 else line.seq, reason)
        seq, head = line.seq, line.hash


def fault_of(line: JournalLine, expected_seq: int, head: str) -> str:
    """Why a line does not hold at this rank, after this head; empty when it does."""
    if line.seq != expected_seq:
        return f"a line is missing (found {line.seq} instead)"
    if line.previous != head:
        return "it does not follow the line before it"
    return "" if digest(line) == line.hash else "its content was changed after it was written"


def heads(subject_type: str | None = None) -> Iterator[JournalLine]:
    """The last line of each chain, of one type of subject or of all, in a stream."""
    lines = JournalLine.objects.filter(subject_type=subject_type) if subject_type else JournalLine.objects.all()
    last = lines.order_by("subject_type", "subject_id", "-seq").distinct("subject_type", "subject_id")
    return last.iterator(chunk_size=5000)
