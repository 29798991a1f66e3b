"""`manage.py harvest_gaps`: what is missing before each database has its European record, and before the Hub's catalogue takes it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registry.harvest.facts import known
from registry.harvest.queries import databases


class Command(BaseCommand):
    """One line for each database that lacks something; the file of the setting HARVEST_FACTS is the place to add it."""

    help = "Lists what the European records (HealthDCAT-AP) of the databases still lack."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the gaps; nothing else changes."""
        gaps = 0
        for database in databases():
            facts = known().of(database.slug)
            told = [f"{name} (no record without it)" for name in facts.lacks]
            told += [f"{name} (asked by the Health Data Hub’s catalogue)" for name in facts.lacks_for_the_hub]
            if told:
                gaps += 1
                self.stdout.write(f"{database.slug}: {', '.join(told)}")
        self.stdout.write(f"{gaps} databases lack something.")
