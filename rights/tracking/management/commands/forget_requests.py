"""Forget what has reached its term of the requests that have ended, with a signed report; or only count it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rights.tracking.services import forgetting
from workflow.refusals import RuleBroken


class Command(BaseCommand):
    """What the worker does once a day; with --dry-run nothing changes."""

    help = "Forget contacts, tracking codes and rows of citizens' requests that have reached their term, and write the signed report."

    def add_arguments(self, parser: CommandParser) -> None:
        """The dry run."""
        parser.add_argument("--dry-run", action="store_true", help="count what would be forgotten, and forget nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was forgotten, or would be."""
        now = timezone.now()
        if options["dry_run"]:
            self.stdout.write(f"would be forgotten: {_said(forgetting.due(now).counted())}; nothing has changed")
            return
        try:
            report = forgetting.forget(now)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        if report is None:
            self.stdout.write("nothing has reached its term")
            return
        counted = {"contacts": report.contacts, "codes": report.codes, "requests": report.requests}
        self.stdout.write(f"report {report.number}: {_said(counted)} ({report.sha256})")


def _said(counted: dict[str, int]) -> str:
    return f"{counted['contacts']} contacts, {counted['codes']} codes, {counted['requests']} requests"
