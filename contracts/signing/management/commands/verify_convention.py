"""Say of a signed PDF what the public check says: whole, altered or unknown, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contracts.pades.words import HEADINGS, sentence
from contracts.signing.judging import judge


class Command(BaseCommand):
    """Judge a file; the exit status is an error unless it is whole."""

    help = "Say whether a signed convention (PDF) is whole, altered or unknown, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the verdict, each reason and each signature."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        judged = judge(content, timezone.now())
        verdict = judged.verdict
        if judged.request is not None:
            self.stdout.write(judged.request.convention.number)
        for one in verdict.signatures:
            self.stdout.write(f"{one.field}: {one.who} ({one.organisation}), {one.at}, {one.level}")
        for reason in verdict.reasons:
            self.stdout.write(sentence(reason))
        if not verdict.is_whole:
            raise CommandError(f"{verdict.state.value}: {HEADINGS[verdict.state]}")
        self.stdout.write(f"{verdict.state.value}: {HEADINGS[verdict.state]}")
