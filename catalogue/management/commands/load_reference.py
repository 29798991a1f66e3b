"""Brings databases and vocabularies in line with the project's data files, edited rows left alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.reference import load


class Command(BaseCommand):
    """`manage.py load_reference`: safe to run at any time, and run again."""

    help = "Load the databases and vocabularies of the catalogue; rows edited by an administrator are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then say what was added and what was refreshed, by table."""
        done = load()
        for table, added in done.inserted.items():
            self.stdout.write(f"{table}: {added} added, {done.updated[table]} refreshed")
