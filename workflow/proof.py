"""The proof of one chain: do the lines of a subject's journal still say what was written?"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.journal import GENESIS, Chained, Fault, fault_of
from workflow.models import JournalLine


def first_fault(subject: Chained, lines: Iterable[JournalLine]) -> Fault | None:
    """The first place where a subject's chain does not hold, from its first line to the head kept on the subject; None when it holds."""
    seq, head = 0, GENESIS
    for line in lines:
        reason = fault_of(line, seq + 1, head)
        if reason:
            return Fault(subject.subject_type, subject.pk, seq + 1, reason)
        seq, head = line.seq, line.hash
    if seq != subject.journal_seq or head != (subject.journal_head or GENESIS):
        return Fault(subject.subject_type, subject.pk, seq + 1, "the last lines are missing")
    return None
