"""Write, or check, the generated page of each machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflow.drawing import page_of
from workflow.engine import moves_of, subjects


class Command(BaseCommand):
    """Draw every machine into docs/machines; with --check, fail when a page is stale."""

    help = "Draw the machines into docs/machines (--check: only say whether they are fresh)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pages, or name the stale ones."""
        folder = Path(settings.BASE_DIR) / "docs" / "machines"
        pages = {folder / f"{code}.md": page_of(model) for code, model in sorted(subjects().items()) if moves_of(model)}
        stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
        if options["check"]:
            if stale:
                raise CommandError(f"stale: {', '.join(path.name for path in stale)}; run manage.py draw_machines")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for path in stale:
            path.write_text(pages[path])
            self.stdout.write(f"drawn: {path.name}")
