"""Delete the sealed bytes that are kept no longer, with a signed report; or only count them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rights.envelopes.services.purging import foreseen, purge
from workflow.refusals import RuleBroken


class Command(BaseCommand):
    """What the worker does once a day; with --dry-run nothing changes."""

    help = "Delete the sealed requests and messages that are kept no longer, and write the signed report."

    def add_arguments(self, parser: CommandParser) -> None:
        """The dry run."""
        parser.add_argument("--dry-run", action="store_true", help="count what would be deleted, and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was deleted, or would be."""
        if options["dry_run"]:
            return self._foretell()
        try:
            reports = purge(timezone.now())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        for report in reports:
            said = f"{report.envelopes} envelopes and {report.messages} messages deleted, {report.expired} requests expired"
            self.stdout.write(f"report {report.number}: {said} ({report.sha256})")
        return None

    def _foretell(self) -> None:
        count = foreseen(timezone.now())
        grounds = ", ".join(f"{ground}: {number}" for ground, number in sorted(count.envelopes.items())) or "none"
        self.stdout.write(f"would be deleted: {count.envelopes.total()} envelopes ({grounds}) and {count.messages} messages")
        self.stdout.write(f"would expire: {count.expired} requests; nothing has changed")
