"""A grid is begun, a new version is drawn up from the last one, and a draft is rewritten one change at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from fees.contents import content_of, text_of
from fees.drafting import EMPTY
from fees.models import GridVersion, TariffGrid
from fees.policies import may_keep
from fees.states import AmendmentPolicy, GridState, Selecting
from fees.tariff.dto import Content
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

Change = Callable[[Content], Content]
#: What may be mended even of a published grid: no quote rests on it.
WORDS_OF_A_GRID = ("name_fr", "name_en", "summary_fr", "summary_en", "legal_basis", "publication_url")


@dataclass(frozen=True)
class Header:
    """What a version says beside its lines: its period, the day that selects it, and what it changes."""

    since: date
    until: date | None = None
    label: str = ""
    selecting_date: str = Selecting.QUOTE
    amendment_policy: str = AmendmentPolicy.LOCKED
    change_note_fr: str = ""
    change_note_en: str = ""

    def columns(self) -> dict[str, Any]:
        """The same as columns of a version. Raises RuleBroken for a period that ends before it begins."""
        if self.until is not None and self.until <= self.since:
            raise RuleBroken(Broken(_("The period ends after it begins."), where="until"))
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in ("since", "until")}
        return told | {"valid": DateRange(self.since, self.until)}


def require_keeper(by: Any) -> None:
    """Raise NotAllowed for somebody who does not draw up grids."""
    if not may_keep(by):
        raise NotAllowed(_("Only a fee manager draws up tariff grids."))


@transaction.atomic
def begin_grid(grid: TariffGrid, *, by: Any, at: datetime) -> TariffGrid:
    """Enter a new grid, still without a version. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    if TariffGrid.objects.filter(code=grid.code).exists():
        raise RuleBroken(Broken(_("Another grid bears this code."), where="code"))
    grid.created_by, grid.created_at = by, at
    grid.save(force_insert=True)
    record(grid, "begin_grid", by=by, at=at, facts={"code": grid.code})
    return grid


@transaction.atomic
def change_grid(grid: TariffGrid, said: Mapping[str, Any], *, by: Any, at: datetime) -> bool:
    """Say a grid anew, but for its code. Raises NotAllowed, RuleBroken.

    Whose it is and how it charges change only while every version is a draft; who changes that has had a hand in the drafts.
    """
    require_keeper(by)
    # Versions before their grid, as a publication locks them.
    held = list(grid.versions.filter(published_at=None).select_for_update().order_by("pk"))
    lock_and_reread(grid)
    changed = sorted(name for name in said if name != "code" and getattr(grid, name) != said[name])
    if not changed:
        return False
    if weighty := [name for name in changed if name not in WORDS_OF_A_GRID]:
        _touch_drafts(grid, held, weighty, by, at)
    record(grid, "change_grid", by=by, at=at, facts={"changed": changed})
    for name in changed:
        setattr(grid, name, said[name])
    grid.save(update_fields=changed)
    return True


def _touch_drafts(grid: TariffGrid, versions: list[GridVersion], changed: list[str], by: Any, at: datetime) -> None:
    if grid.is_settled or any(version.state == GridState.IN_REVIEW for version in versions):
        sentence = _("A version of this grid is published or awaits approval: begin another grid, or have the version sent back first.")
        raise RuleBroken(*(Broken(sentence, where=name) for name in changed))
    for version in (one for one in versions if one.is_draft):
        record(version, "edit", by=by, at=at, facts={"part": "grid", "changed": changed})
        _sign(version, by, at)


@transaction.atomic
def draw_up(grid: TariffGrid, header: Header, *, by: Any, at: datetime, content: Content | None = None, number: int = 0) -> GridVersion:
    """Begin a draft: with this content, else with that of the last published version. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    locked = TariffGrid.objects.select_for_update().get(pk=grid.pk)
    last = locked.versions.published().last()
    if content is None:
        content = content_of(last) if last else EMPTY
    text, digest = text_of(content)
    given = locked.versions.aggregate(Max("number"))["number__max"] or 0
    version: GridVersion = GridVersion.objects.create(
        grid=locked,
        number=max(number, given + 1),
        content=text,
        content_sha256=digest,
        author=by,
        writers=sorted({by.pk} if locked.is_settled else {by.pk, locked.created_by_id}),
        created_at=at,
        edited_at=at,
        **header.columns(),
    )
    record(version, "draw_up", by=by, at=at, facts={"grid": grid.code, "from": last.number if last else None, "content": digest})
    return version


@transaction.atomic
def change_content(version: GridVersion, change: Change, part: str, *, by: Any, at: datetime) -> bool:
    """Apply one change to the draft as it stands now, and say whether it changed anything. Raises NotAllowed, WrongState.

    `part` is the code of what is changed, for the journal.
    """
    _open(version)
    text, digest = text_of(change(content_of(version)))
    if digest == version.content_sha256:
        return False
    record(version, "edit", by=by, at=at, facts={"part": part, "content": digest})
    version.content, version.content_sha256 = text, digest
    _sign(version, by, at, "content", "content_sha256")
    return True


@transaction.atomic
def change_header(version: GridVersion, header: Header, *, by: Any, at: datetime) -> bool:
    """Say anew the period of a draft, its label, its days and its note. Raises NotAllowed, RuleBroken, WrongState."""
    _open(version)
    changed = {name: value for name, value in header.columns().items() if getattr(version, name) != value}
    if not changed:
        return False
    record(version, "edit", by=by, at=at, facts={"part": "header", "changed": sorted(changed)})
    for name, value in changed.items():
        setattr(version, name, value)
    _sign(version, by, at, *changed)
    return True


def _open(version: GridVersion) -> None:
    lock_and_reread(version)
    if not version.is_draft:
        raise WrongState(_("Only a draft is changed: draw up a new version, or have this one sent back."))


def _sign(version: GridVersion, by: Any, at: datetime, *columns: str) -> None:
    version.edited_at = at
    version.writers = sorted({*version.writers, by.pk})
    version.save(update_fields=[*columns, "edited_at", "writers"])
