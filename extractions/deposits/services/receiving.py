"""What came: the receipt and the encrypted file of a sound table; of any other, counts and codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from extractions.deposits import rules
from extractions.deposits.models import Attempt, Deposit, DepositRequest
from extractions.deposits.models.deposits import Outcome
from extractions.deposits.notifications import tell, the_desk_of
from extractions.deposits.services.asking import take_in
from extractions.linkage.sealing import Receipt
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day

#: Of a receipt, what is kept beside the columns of the row.
KEPT = ("column_set", "encoding", "recipients", "warnings")


class Kept(Protocol):
    """The encrypted file, still under a name for unfinished ones."""

    name: str

    def keep(self) -> None:
        """Keep it under its own name, on the disk for good."""


@transaction.atomic
def keep(asked: DepositRequest, file: Kept, receipt: Receipt, *, by: Any, at: datetime) -> Deposit:
    """Keep a sound table; the last one moves the ticket on. Raises NotAllowed, RuleBroken, WrongState when it is not awaited (any more).

    The file takes its name last, in the same breath as the row is committed: what a dead process leaves is a file that no row knows.
    """
    lock_and_reread(asked.ticket)
    asked.refresh_from_db(fields=["ended_at", "expires_on"])
    rules.require_depositable(asked, by, paris_day(at))
    written = receipt.written()
    made = Deposit.objects.create(
        request=asked,
        received_at=at,
        received_by=by,
        stored_as=file.name,
        lines=receipt.lines,
        bytes=receipt.bytes,
        sha256=receipt.sha256,
        sealed_bytes=receipt.ciphertext_bytes,
        sealed_sha256=receipt.ciphertext_sha256,
        receipt={name: written[name] for name in KEPT},
    )
    facts = {"request": asked.pk, "deposit": made.pk, "lines": made.lines, "sha256": made.sha256, "sealed_sha256": made.sealed_sha256}
    record(asked.ticket, "deposit", by=by, at=at, facts=facts)
    take_in(asked.ticket, at=at)
    tell("received", [asked.depositor_id], asked, f"{made.pk}", deposit=made.pk)
    tell("came", the_desk_of(asked.ticket), asked, f"{made.pk}", deposit=made.pk)
    file.keep()
    return made


@transaction.atomic
def note_refused(asked: DepositRequest, receipt: Receipt, *, by: Any, at: datetime) -> Attempt:
    """Keep what was wrong with a table that was not kept: counts, lines, columns and codes."""
    told: dict[str, Any] = {"lines": receipt.lines, "total": receipt.errors.total}
    told |= {"counts": [list(one) for one in receipt.errors.counts], "places": [list(one) for one in receipt.errors.places]}
    return Attempt.objects.create(request=asked, at=at, by=by, outcome=Outcome.ERRORS if receipt.sealed else Outcome.REFUSED, **told)


@transaction.atomic
def note_broken(asked: DepositRequest, code: str, *, by: Any, at: datetime) -> Attempt:
    """Keep that a deposit failed, and why, as a code."""
    nothing: dict[str, Any] = {"lines": 0, "total": 0, "counts": [], "places": []}
    return Attempt.objects.create(request=asked, at=at, by=by, outcome=Outcome.BROKEN, code=code, **nothing)
