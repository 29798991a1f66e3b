"""A grid read from a file: every fault said with its place, and what the file changes once it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fees.changes import Change, changes_between
from fees.contents import read_file, version_of
from fees.models import GridVersion, TariffGrid
from fees.services.drafts import Header, change_content, change_header, draw_up
from fees.tariff import dto
from workflow.refusals import Broken, RuleBroken

#: What the columns hold.
LONGEST_LABEL, LAST_NUMBER = 80, 9_999


@dataclass(frozen=True)
class Report:
    """What an import did: how many lines and modifiers it holds, and how many changes it made to what was there."""

    lines: int
    modifiers: int
    changed: int


def changed_by(version: GridVersion, text: str) -> tuple[dto.GridVersion, list[Change]]:
    """What a file says, and every difference from the draft as it stands; nothing is written. Raises RuleBroken with every fault."""
    read, now = _read_for(version.grid, text), version_of(version)
    if read.valid_from is None:
        return read, changes_between(now, replace(now, content=read.content))
    header_of(read)
    return read, changes_between(now, replace(read, grid=now.grid, number=now.number))


@transaction.atomic
def import_into(version: GridVersion, text: str, *, by: Any, at: datetime) -> Report:
    """Put a file in the place of what a draft says, its period and note included. Raises RuleBroken with every fault of the file."""
    read = _read_for(version.grid, text)
    before = version_of(version)
    change_content(version, lambda _now: read.content, "import", by=by, at=at)
    if read.valid_from:
        change_header(version, header_of(read), by=by, at=at)
    return Report(len(read.content.lines), len(read.content.modifiers), len(changes_between(before, version_of(version))))


def import_new(grid: TariffGrid, text: str, *, by: Any, at: datetime) -> GridVersion:
    """Begin a version with a file. Raises RuleBroken with every fault of the file."""
    read = _read_for(grid, text)
    return draw_up(grid, header_of(read), by=by, at=at, content=read.content, number=read.number)


def header_of(read: dto.GridVersion) -> Header:
    """The header of a version that was read. Raises RuleBroken when it does not say from when it holds."""
    if read.valid_from is None:
        raise RuleBroken(Broken(_("The file does not say from which day the version holds (valid_from)."), where="file"))
    if len(read.label) > LONGEST_LABEL:
        raise RuleBroken(Broken(_("The label is longer than %(most)d characters.") % {"most": LONGEST_LABEL}, where="file"))
    return Header(
        since=read.valid_from,
        until=read.valid_to,
        label=read.label,
        selecting_date=read.selecting_date.value,
        amendment_policy=read.amendment_policy.value,
        change_note_fr=read.change_note.fr,
        change_note_en=read.change_note.en,
    )


def _read_for(grid: TariffGrid, text: str) -> dto.GridVersion:
    read = read_file(text)
    if read.grid.code != grid.code:
        sentence = _("This file is of the grid %(found)s, not of %(wanted)s.") % {"found": read.grid.code, "wanted": grid.code}
        raise RuleBroken(Broken(sentence, where="file"))
    if not 1 <= read.number <= LAST_NUMBER:
        raise RuleBroken(Broken(_("The number of a version is between 1 and %(last)d.") % {"last": LAST_NUMBER}, where="file"))
    return read
