"""Prove the journal: every chain, every head, every signed checkpoint."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflow import checkpoints, journal
from workflow.engine import subjects
from workflow.models import JournalLine


class Command(BaseCommand):
    """Read the whole journal and name the first broken line of each chain; exits with an error when there is one."""

    help = "Verify the hash chains of the journal and its signed checkpoints."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every fault, or the number of lines that hold."""
        found = [str(fault) for fault in journal.faults()] + list(_cut_short()) + list(checkpoints.faults())
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"the journal does not hold: {len(found)} fault(s), first: {found[0]}")
        self.stdout.write(f"{JournalLine.objects.count()} lines hold.")


def _cut_short() -> list[str]:
    """Subjects whose own row remembers another end than their chain has."""
    found = []
    for code, model in subjects().items():
        ends = {line.subject_id: line.hash for line in journal.heads(code)}
        for pk, seq, head in model._base_manager.filter(journal_seq__gt=0).values_list("pk", "journal_seq", "journal_head").iterator():
            if ends.get(pk) != head:
                found.append(f"{code} {pk}, line {seq}: the end of the chain is missing or was changed")
    return found
