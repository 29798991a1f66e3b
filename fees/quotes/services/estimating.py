"""What the holders of the databases are asked once a dossier is complete, for fifteen working days, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from fees.models import TariffGrid
from fees.quotes.facts import ESTIMATED
from fees.quotes.grids import lines_to_estimate, versions_for
from fees.quotes.models import EstimateFigure, EstimateRequest
from fees.quotes.notifications import tell_holder
from fees.quotes.states import EstimateState
from fees.states import Scope
from fees.tariff import dto
from requests_app.models import Dossier
from workflow import clocks, tasklist
from workflow.engine import lock_and_reread, record
from workflow.models import ClockRule, JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

PERIOD = "K-EST"
MOST = Decimal("9999999")


@dataclass(frozen=True)
class Figure:
    """What a holder answers about one fact."""

    low: Decimal
    likely: Decimal
    high: Decimal
    note: str = ""


def ask_holders(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to `declare_complete`: each holder of a database asked for says how much work it will be, where a grid charges it.

    Nothing is asked where no grid was in force yet, or no period is laid down.
    """
    day = paris_day(line.at)
    holders = _holders(dossier)
    if not holders or not ClockRule.objects.filter(code=PERIOD, valid__contains=day).exists():
        return
    versions = versions_for(dossier, day)
    for holder in holders:
        asked = asked_of(holder, versions)
        if asked and not EstimateRequest.objects.filter(dossier=dossier, organisation=holder).exclude(state=EstimateState.DROPPED).exists():
            ask(dossier, holder, asked, by=User.objects.system(), at=line.at)


def _holders(dossier: Dossier) -> list[Organisation]:
    held = dossier.content.sources.filter(database__holder__isnull=False).values("database__holder")
    return list(Organisation.objects.filter(pk__in=held).order_by("pk"))


def asked_of(holder: Organisation, versions: tuple[dto.GridVersion, ...]) -> dict[str, list[str]]:
    """The facts that this holder is asked for: those of its own grid, of a grid for all holders, and of lines repeated for each."""
    owners = dict(TariffGrid.objects.filter(code__in=[version.grid.code for version in versions]).values_list("code", "owner"))
    theirs = [version for version in versions if _is_theirs(version, owners.get(version.grid.code), holder)]
    return lines_to_estimate(theirs, frozenset(ESTIMATED))


def _is_theirs(version: dto.GridVersion, owner: int | None, holder: Organisation) -> bool:
    return owner == holder.pk or (owner is None and version.grid.scope.value == Scope.HOLDER)


@transaction.atomic
def ask(dossier: Dossier, holder: Organisation, asked: Mapping[str, list[str]], *, by: Any, at: datetime) -> EstimateRequest:
    """Ask one holder for an estimate: a period begins, a task is opened, its agents are written to. Raises NotAllowed."""
    request = EstimateRequest.objects.create(dossier=dossier, organisation=holder, asked=dict(asked), asked_at=at)
    line = record(request, "ask", by=by, at=at, facts={"dossier": dossier.pk, "organisation": holder.pk, "facts": sorted(asked)})
    clock = clocks.start(request, PERIOD, at, line)
    request.due_on = clock.due_on
    request.save(update_fields=["due_on"])
    tasklist.open_task(request, "give", "data_controller_agent", at, clock=clock)
    tell_holder(request, "asked")
    return request


@transaction.atomic
def give(
    request: EstimateRequest,
    figures: Mapping[str, Figure],
    *,
    by: Any,
    at: datetime,
    binding: bool = False,
    valid_until: date | None = None,
) -> JournalLine:
    """Give an estimate, or another one: every fact asked for has its three figures. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(request)
    if broken := [*broken_figures(request, figures), *broken_validity(valid_until, at)]:
        raise RuleBroken(*broken)
    if not Dossier.objects.under_way().filter(pk=request.dossier_id).exists():
        raise WrongState(_("The dossier has reached its end: no estimate is needed any more."))
    round_ = 1 + max((row.round for row in request.figures.all()), default=0)
    rows = [
        EstimateFigure(
            request=request, round=round_, key=key, low=one.low, likely=one.likely, high=one.high, note=one.note.strip()[:1000],
            binding=binding, valid_until=valid_until, given_at=at, given_by=by,
        )
        for key, one in sorted(figures.items())
    ]  # fmt: skip
    written = EstimateFigure.objects.bulk_create(rows)
    return request.give(by=by, at=at, figures=tuple(row.pk for row in written))


def broken_figures(request: EstimateRequest, figures: Mapping[str, Figure]) -> list[Broken]:
    """What is wrong with the figures: one that lacks, one that nobody asked for, bounds that are not in order."""
    broken = [Broken(_("Give the three figures: at least, likely, at most."), where=key) for key in request.asked if key not in figures]
    for key, one in figures.items():
        if key not in request.asked:
            broken.append(Broken(_("This quantity was not asked for."), where=key))
        elif not 0 <= one.low <= one.likely <= one.high <= MOST:
            broken.append(Broken(_("The figures stand in their order: at least, likely, at most; none is below 0."), where=key))
    return broken


def broken_validity(until: date | None, at: datetime) -> list[Broken]:
    """What is wrong with the last day on which an estimate holds: it is past already."""
    past = until is not None and until < paris_day(at)
    return [Broken(_("The last day on which the estimate holds is past already."), where="valid_until")] if past else []


def drop_of_ended(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to the end of a dossier: estimates that are still awaited have no object any more."""
    for request in EstimateRequest.objects.awaited().filter(dossier=dossier).order_by("pk"):
        request.drop(by=User.objects.system(), at=line.at)
