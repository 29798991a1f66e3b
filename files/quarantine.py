"""From the quarantine to a verdict: a kept file is scanned from the outbox, and whoever keeps it learns what was found.

A scanner that does not answer leaves the file where it is: the outbox tries again, later and later.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from files import scanning
from files.models import KeptFile
from files.states import ScanState
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue

#: Label of a model → what its app does once a file may be read, or was found infected.
AFTER: dict[str, Callable[[Any], None]] = {}


def first_state() -> ScanState:
    """In which state a file is kept when it arrives."""
    return ScanState.WAITING if scanning.is_set() else ScanState.UNSCANNED


def admit(kept: KeptFile) -> None:
    """Send a file that was just kept to the scan; without a scanner, go on at once."""
    if kept.is_waiting:
        queue("scan_file", f"scan:{kept._meta.label_lower}:{kept.pk}", model=kept._meta.label_lower, pk=kept.pk)
    else:
        _tell(kept)


@handler("scan_file")
def scan_kept(message: OutboxMessage) -> None:
    """Scan a file in quarantine and keep the verdict; an infected file is deleted once that is on record."""
    model: Any = apps.get_model(message.payload["model"])
    kept = model.objects.select_for_update(of=("self",)).filter(pk=message.payload["pk"], scan_state=ScanState.WAITING).first()
    if kept is None:
        return
    with kept.file.open("rb") as file:
        verdict = scanning.scan(file)
    kept.scan_state, kept.signature, kept.scanned_at = verdict.state, verdict.signature, timezone.now()
    kept.save(update_fields=["scan_state", "signature", "scanned_at"])
    if kept.is_infected:
        transaction.on_commit(partial(kept.file.storage.delete, kept.file.name))
    _tell(kept)


def _tell(kept: KeptFile) -> None:
    follow = AFTER.get(kept._meta.label_lower)
    if follow:
        follow(kept)
