"""Take the fiches of the former register's file over; nothing is written without --commit."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.outcomes.importing import Import, unknown_first
from registry.outcomes.importing_faults import Faults
from registry.outcomes.importing_files import Table, Unreadable, opened
from registry.outcomes.importing_mapping import SOURCE, layout_of
from registry.outcomes.importing_values import Known

SHOWN_UNKNOWN = 50


class Command(BaseCommand):
    """Rehearse or carry out the import of a file, and report."""

    help = "Take the fiches of the former register over from its CSV file. Rehearses unless --commit is given; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the mapping, the report, and whether anything is written."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, default=SOURCE, help="TOML file of columns and values")
        parser.add_argument("--report", type=Path, help="write every fault to this CSV file")
        parser.add_argument("--commit", action="store_true", help="write the fiches")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write when asked to, and print the report."""
        try:
            layout = layout_of(options["mapping"])
            table = opened(options["file"], layout)
        except (OSError, ValueError, KeyError) as why:
            raise CommandError(str(why)) from why
        except Unreadable as why:
            raise CommandError(_("%(file)s: no column of a number and of a title was found.") % {"file": why}) from why
        with _written(options["report"]) as file:
            run = Import(table, Known(layout), Faults(file), timezone.now(), commit=options["commit"])
            run.run(self._progress if options["verbosity"] > 1 else lambda lines: None)
        self._file(table)
        self._outcome(run)

    def _progress(self, lines: int) -> None:
        self.stderr.write(str(lines))

    def _file(self, table: Table) -> None:
        """How the file was read."""
        told = {"encoding": table.encoding, "separator": repr(table.separator), "count": len(table.places)}
        self.stdout.write(_("Encoding %(encoding)s, separator %(separator)s, %(count)d columns understood.") % told)
        for heading in table.unknown:
            self.stdout.write(_("Column not in the mapping, left out: %(name)s") % {"name": heading})

    def _outcome(self, run: Import) -> None:
        """What became of the lines, what is wrong with them, and what the mapping lacks."""
        words = {"lines": _("Lines read"), "new": _("New fiches"), "changed": _("Changed fiches"), "unchanged": _("Unchanged fiches")}
        for code, label in (words | {"refused": _("Lines left out")}).items():
            self.stdout.write(f"{label}{_(': ')}{run.counts[code]}")
        for code, count in run.faults.counts.most_common():
            self.stdout.write(f"{count:>7}  {code}  {run.faults.sentence_of(code)}")
        for column, value, count in unknown_first(run.faults, SHOWN_UNKNOWN):
            self.stdout.write(
                _("Unknown value in “%(column)s”, %(count)d times: %(value)s") % {"column": column, "count": count, "value": value}
            )
        for fault in run.faults.kept:
            self.stdout.write(_("Line %(line)d") % {"line": fault.line} + f" {' · '.join(fault.cells()[1:])}")
        self.stdout.write(_("The fiches are written.") if run.commit else _("Nothing was written: a rehearsal. Run again with --commit."))


@contextlib.contextmanager
def _written(path: Path | None) -> Iterator[IO[str] | None]:
    """The file of the report, if one is asked for."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield file
