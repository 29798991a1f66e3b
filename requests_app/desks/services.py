"""Absences and saved lists: what a person may keep, and what would contradict itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from requests_app.desks.models import Absence, SavedList
from requests_app.policies import may_on_site
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

MOST_SAVED_LISTS = 50


def may_organise(user: Any, absent: Any) -> bool:
    """May somebody say that this person is away? An officer for themselves, who leads the secretariat for everybody."""
    return may_on_site(user, "lead_work") or (user.pk == absent.pk and may_on_site(user, "instruct"))


@transaction.atomic
def declare_absence(*, user: Any, from_on: date, to_on: date, replacement: Any, by: Any, at: datetime) -> Absence:
    """Say that somebody is away from a day to a day, both included, and who stands in. Raises NotAllowed, RuleBroken."""
    if not may_organise(by, user):
        raise NotAllowed(_("You may declare your own absences only."))
    broken = list(_broken(user, from_on, to_on, replacement, paris_day(at)))
    if broken:
        raise RuleBroken(*broken)
    return Absence.objects.create(user=user, from_on=from_on, to_on=to_on, replacement=replacement, declared_at=at, declared_by=by)


def _broken(user: Any, from_on: date, to_on: date, replacement: Any, today: date) -> Any:
    if to_on < from_on:
        yield Broken(_("The last day comes before the first."), where="to_on")
        return
    if to_on < today:
        yield Broken(_("These days have passed already."), where="to_on")
    if replacement.pk == user.pk:
        yield Broken(_("Choose a colleague: nobody stands in for themselves."), where="replacement")
    elif not may_on_site(replacement, "instruct"):
        yield Broken(_("This person does not instruct dossiers."), where="replacement")
    elif _away(replacement, from_on, to_on):
        yield Broken(_("This colleague is away too on some of these days."), where="replacement")
    if _away(user, from_on, to_on):
        yield Broken(_("An absence is already declared for some of these days."), where="from_on")
    if Absence.objects.filter(replacement=user, from_on__lte=to_on, to_on__gte=from_on).exists():
        yield Broken(_("This person stands in for a colleague on some of these days: choose somebody else for the colleague first."))


def _away(user: Any, from_on: date, to_on: date) -> bool:
    return Absence.objects.filter(user=user, from_on__lte=to_on, to_on__gte=from_on).exists()


@transaction.atomic
def end_absence(absence: Absence, *, by: Any, at: datetime) -> None:
    """Call an absence off, or end it on the day before today if it has begun. Raises NotAllowed."""
    if not may_organise(by, absence.user):
        raise NotAllowed(_("You may change your own absences only."))
    yesterday = paris_day(at) - timedelta(days=1)
    if absence.from_on > yesterday:
        absence.delete()
    else:
        absence.to_on = min(absence.to_on, yesterday)
        absence.save(update_fields=["to_on"])


@transaction.atomic
def save_list(*, name: str, query: str, is_shared: bool, by: Any, at: datetime) -> SavedList:
    """Keep a list under a name; the same name again keeps the newer list. Only who instructs may share one. Raises RuleBroken."""
    name = " ".join(name.split())
    if not name:
        raise RuleBroken(Broken(_("Give the list a name."), where="name"))
    shared = is_shared and may_on_site(by, "instruct")
    same = SavedList.objects.filter(owner=by, name__iexact=name).select_for_update().first()
    if same is None and SavedList.objects.filter(owner=by).count() >= MOST_SAVED_LISTS:
        raise RuleBroken(Broken(_("You have saved fifty lists: remove one first."), where="name"))
    kept = same or SavedList(owner=by)
    kept.name, kept.query, kept.is_shared, kept.saved_at = name, query[:500], shared, at
    kept.save()
    return kept


@transaction.atomic
def forget_list(saved: SavedList, *, by: Any) -> None:
    """Remove a saved list; only the person who saved it may. Raises NotAllowed."""
    if saved.owner_id != by.pk:
        raise NotAllowed(_("Only the person who saved a list removes it."))
    saved.delete()
