"""What the desk of the tariff grids shows to who draws up and approves: the list, a version with its findings, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from fees.changes import Change, changes_between
from fees.contents import content_of, version_of
from fees.drafting import line_named, modifier_named
from fees.findings import findings_of
from fees.forms.conditions import INTRICATE
from fees.grid_page import shown_of
from fees.models import GridVersion, TariffGrid
from fees.policies import may, may_keep, may_see
from fees.services.importing import Report
from fees.slots import GRID_PARTS
from fees.states import GridState
from fees.tariff.dto import Line, Modifier
from workflow.engine import available
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, WrongState

#: What each action on a version was, once it is done.
HAPPENED: Mapping[str, Any] = {
    "draw_up": _("Draft begun"),
    "edit": _("Draft changed"),
    "ask_review": _("Approval asked for"),
    "send_back": _("Sent back"),
    "publish": _("Approved and published"),
    "end_period": _("End of the period set"),
    "give_way": _("Ended by the version that follows"),
    "withdraw": _("Withdrawn"),
    "drop": _("Draft dropped"),
    "begin_grid": _("Grid entered"),
    "change_grid": _("Grid changed"),
    "enter_vat": _("Entered"),
    "approve_vat": _("Approved"),
    "end_vat": _("Ended by the one that follows"),
    "discard_vat": _("Taken back"),
}


@dataclass(frozen=True)
class Event:
    """One line of the history of a version."""

    words: Any
    at: datetime
    by: str
    part: str


@dataclass(frozen=True)
class Row:
    """A grid in the list, with its versions, newest first."""

    grid: TariffGrid
    versions: list[GridVersion]


def require_desk(request: HttpRequest) -> None:
    """Raise Http404 for somebody who has nothing to do with grids that are not published."""
    if not may_see(request.user):
        raise Http404


def require_keeper(request: HttpRequest) -> None:
    """Raise Http404 for somebody who has nothing to do with grids, NotAllowed for who only reads or approves them."""
    require_desk(request)
    if not may_keep(request.user):
        raise NotAllowed(_("Only a fee manager draws up tariff grids."))


def list_of(request: HttpRequest) -> dict[str, Any]:
    """Every grid with its versions, those that await approval first."""
    require_desk(request)
    versions: dict[int, list[GridVersion]] = {}
    for version in GridVersion.objects.select_related("grid", "author").order_by("-number"):
        versions.setdefault(version.grid_id, []).append(version)
    rows = [Row(grid, versions.get(grid.pk, [])) for grid in TariffGrid.objects.order_by("for_comparison", "code")]
    waiting = [version for row in rows for version in row.versions if version.state == GridState.IN_REVIEW]
    return {"rows": rows, "waiting": waiting, "keeps": may_keep(request.user)}


def grid_for(request: HttpRequest, code: str) -> TariffGrid:
    """The grid of this code, for who may see the desk; 404 otherwise."""
    require_desk(request)
    return get_object_or_404(TariffGrid, code=code)


def grid_to_keep(request: HttpRequest, code: str) -> TariffGrid:
    """The same, for who draws up versions. Raises NotAllowed."""
    require_keeper(request)
    return grid_for(request, code)


def version_for(request: HttpRequest, code: str, number: int) -> GridVersion:
    """The version of this number, for who may see the desk; 404 otherwise."""
    require_desk(request)
    rows = GridVersion.objects.select_related("grid", "author", "approved_by")
    found: GridVersion = get_object_or_404(rows, grid__code=code, number=number)
    return found


def version_to(request: HttpRequest, code: str, number: int, action: str) -> GridVersion:
    """The same, for who may do this. Raises NotAllowed."""
    version = version_for(request, code, number)
    if not may(request.user, action, version):
        raise NotAllowed(_("None of your roles allows this on a tariff grid; nobody approves what they have written."))
    return version


def draft_to_edit(request: HttpRequest, code: str, number: int) -> GridVersion:
    """A draft, for who may change it. Raises NotAllowed, WrongState."""
    version = version_to(request, code, number, "edit")
    if not version.is_draft:
        raise WrongState(_("Only a draft is changed: draw up a new version, or have this one sent back."))
    return version


def form_page(version: GridVersion, form: Any, shown: Any) -> dict[str, Any]:
    """What the page of a line or a modifier shows."""
    return {"form": form, "version": version, "grid": version.grid, "shown": shown, "intricate": INTRICATE}


def report_in_words(report: Report) -> str:
    """What an import did, in a sentence."""
    counts = {"lines": report.lines, "modifiers": report.modifiers, "changed": report.changed}
    return _("The file is read: lines %(lines)d, modifiers %(modifiers)d, differences from the draft as it was %(changed)d.") % counts


def page_of(request: HttpRequest, version: GridVersion) -> dict[str, Any]:
    """Everything that the page of a version shows."""
    moves = {spec.name for spec in available(version, by=request.user)}
    rights = {name: name in moves for name in ("ask_review", "send_back", "publish", "withdraw", "drop")}
    rights["edit"] = version.is_draft and may(request.user, "edit", version)
    rights["end_period"] = version.state == GridState.PUBLISHED and version.until is None and may(request.user, "end_period", version)
    before = compared_with(version)
    return shown_of(version) | {
        "grid": version.grid,
        "rights": rights,
        "findings": findings_of(version) if not version.published_at else [],
        "before": before,
        "changes": changes_between(version_of(before), version_of(version)) if before else [],
        "history": history_of(version),
        "own_draft": version.state == GridState.IN_REVIEW and version.is_written_by(request.user),
        "endings": ("yaml", "json", "csv"),
        "parts": [(part, part.shown(request, version)) for part in GRID_PARTS],
    }


def compared_with(version: GridVersion) -> GridVersion | None:
    """The published version that this one follows: the last one that begins before it."""
    others = version.grid.versions.published().exclude(pk=version.pk).filter(valid__startswith__lt=version.since)
    found: GridVersion | None = others.select_related("grid").last()
    return found


def changes_of(version: GridVersion) -> list[Change]:
    """What a version changes against the one that it follows; nothing when it is the first."""
    before = compared_with(version)
    return changes_between(version_of(before), version_of(version)) if before else []


def line_of(version: GridVersion, code: str) -> Line:
    """A line of a version; 404 when it has none of this code."""
    line = line_named(content_of(version), code)
    if line is None:
        raise Http404
    return line


def modifier_of(version: GridVersion, code: str) -> Modifier:
    """A modifier of a version; 404 when it has none of this code."""
    modifier = modifier_named(content_of(version), code)
    if modifier is None:
        raise Http404
    return modifier


def history_of(version: GridVersion | TariffGrid, most: int = 100) -> list[Event]:
    """The last events of a version or of a grid, newest first; two queries."""
    return events_in(JournalLine.objects.filter(subject_type=version.subject_type, subject_id=version.pk).order_by("-seq")[:most])


def events_in(lines: Iterable[JournalLine]) -> list[Event]:
    """Lines of the journal in words; two queries."""
    found = list(lines)
    people = User.objects.in_bulk({line.actor_id for line in found})
    return [Event(HAPPENED.get(line.action, line.action), line.at, str(people.get(line.actor_id, "")), _part(line)) for line in found]


def _part(line: JournalLine) -> str:
    """Of what a line tells: a line of the grid, a rate, a treatment."""
    told = [line.facts.get(name) for name in ("part", "profile", "position") if line.facts.get(name)]
    told += [line.facts["code"]] if line.subject_type == "vat_rate" and "code" in line.facts else []
    return " ".join(str(one) for one in told)


def desk_url(version: GridVersion) -> str:
    """The address of a version at the desk."""
    return reverse("fees:desk_version", args=[version.grid.code, version.number])
