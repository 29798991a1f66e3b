"""Write the index of the texts anew: after a restored database, a new kind of text, or a doubt."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.desks.indexing import kinds, rebuild


class Command(BaseCommand):
    """Batch by batch, each in a transaction of its own; the site goes on meanwhile."""

    help = "Write the full-text index of dossiers, pieces and messages anew; can be stopped and taken up again with --kind and --after."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which kind of text, and from where on."""
        parser.add_argument("--kind", help="only this kind of text (all without it)")
        parser.add_argument("--after", type=int, default=0, help="the key printed last, when an earlier run was stopped")
        parser.add_argument("--batch", type=int, default=1000, help="texts in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say after each ten batches how far it is."""
        wanted = [options["kind"]] if options["kind"] else kinds()
        if not set(wanted) <= set(kinds()):
            raise CommandError(f"The kinds of text are: {', '.join(kinds())}.")
        for kind in wanted:
            done = 0
            for number, (last, done) in enumerate(rebuild(kind, after=options["after"], per_batch=max(1, options["batch"])), start=1):
                if number % 10 == 0:
                    self.stdout.write(f"{kind}: {done} texts; to take it up from here: --kind {kind} --after {last}")
            self.stdout.write(f"{kind}: {done} texts indexed.")
