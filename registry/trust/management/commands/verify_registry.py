"""Prove the registry: every version, the log, every signed checkpoint, every fiche."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.models import Fiche
from registry.trust.models import Checkpoint, LogEntry
from registry.trust.verifying import awaited, faults


class Command(BaseCommand):
    """Recompute the whole registry and print what does not hold; exits with an error when something does not."""

    help = "Verify every published version, the log that holds them, its signed checkpoints, and what each fiche says now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every fault, or what was verified."""
        if silent := awaited():
            self.stdout.write(
                f"{silent} fiches of before do not yet say the suspension or the national number that they show: "
                "the next daily signature has them say it, once, and from then on the log covers it."
            )
        found = 0
        for fault in faults():
            self.stderr.write(fault)
            found += 1
        if found:
            raise CommandError(f"the registry does not hold: {found} fault(s)")
        fiches, versions, signed = Fiche.objects.count(), LogEntry.objects.count(), Checkpoint.objects.count()
        self.stdout.write(f"{fiches} fiches, {versions} published versions and {signed} signed checkpoints hold.")
