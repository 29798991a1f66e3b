"""Make the signing keys that are not there yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workflow import keys


class Command(BaseCommand):
    """Make one key per use in KEYS_DIR, readable by its owner only; a key that is there is left alone."""

    help = "Make the site's signing keys in KEYS_DIR."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say for each use whether its key was made or was there, and what each maker of an upper floor made."""
        for use in keys.USES:
            self.stdout.write(f"{use}: {'made' if keys.make(use) else 'already there'}")
        for name, make in keys.MAKERS.items():
            self.stdout.write(f"{name}: {', '.join(make(keys.folder_of(name))) or 'already there'}")
