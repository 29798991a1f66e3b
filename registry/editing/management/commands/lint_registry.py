"""Lints the whole registry into a CSV, for the review of fiches that were taken over: one line for each remark."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation

from registry.lint import RULES, Severity, lint
from registry.models import Fiche, Origin
from workflow.periods import paris_day

COLUMNS = ("number", "origin", "severity", "code", "where", "remark")


class Command(BaseCommand):
    """`manage.py lint_registry --origin import --severity error > remarks.csv`; the count of each rule goes to the error output."""

    help = "Write a CSV of what the lint notices on published fiches."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which fiches, which remarks."""
        parser.add_argument("--origin", choices=Origin.values, help="only the fiches of this origin")
        parser.add_argument("--severity", choices=Severity.values, help="only the remarks of this weight")
        parser.add_argument("--code", choices=sorted(RULES), help="only the remarks of this rule")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every live fiche in order of publication, 500 at a time."""
        rows = Fiche.objects.live().filter(**({"origin": options["origin"]} if options["origin"] else {}))
        told = csv.writer(self.stdout)
        told.writerow(COLUMNS)
        counts: Counter[str] = Counter()
        on = paris_day(timezone.now())
        with translation.override("fr"):
            for fiche in rows.only("number", "origin", "said").order_by("pos").iterator(chunk_size=500):
                for one in lint(fiche.said, on):
                    if options["severity"] in (None, one.severity) and options["code"] in (None, one.code):
                        counts[one.code] += 1
                        told.writerow([fiche.number, fiche.origin, one.severity, one.code, one.where, one.sentence])
        for code, count in counts.most_common():
            self.stderr.write(f"{count:>8}  {code}")
