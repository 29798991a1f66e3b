"""Who reports on a dossier: the president allocates it to two rapporteurs, or to one for a reason, and may take it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import User
from committee.allocation_rules import broken_by_number, broken_for, days_left
from committee.models import Allocation, Examination, Member, Report
from committee.queries.candidates import candidates_for
from committee.queries.dues import due_of, foreseen_session
from committee.reference import rules_on
from committee.services.standing_in import require_presiding
from committee.services.telling import tell_rapporteur
from requests_app.models import Dossier
from requests_app.policies import RAPPORTEUR
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState

ALLOCATION_LAW = "décret 2019-536, art. 92 ; règlement intérieur du CESREES, arrêté du 5 mai 2021"


@transaction.atomic
def allocate(examination: Examination, members: Iterable[Member], *, by: User, at: datetime, because: str = "") -> list[Allocation]:
    """Give a dossier to these rapporteurs, beside those who have it; `because` says why one is enough, and is needed then only.

    Raises NotAllowed, WrongState once the committee has given its opinion, RuleBroken with everything that stands against a person.
    """
    dossier, examination = _examined(examination)
    require_presiding(by, dossier)
    chosen = list(Member.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in members]).order_by("pk"))
    held = set(examination.allocations.filter(ended_at=None).values_list("member_id", flat=True))
    added = [one for one in chosen if one.pk not in held]
    _require_rapporteurs(examination, added, len(held) + len(added), at, because)
    session = foreseen_session(examination, at)
    rows = [Allocation(examination=examination, member=one, allocated_at=at, allocated_by=by) for one in added]
    for row in rows:
        row.due_at = due_of(row, session)
        _give(row, dossier, by, at)
    is_single = len(held) + len(added) < rules_on(paris_day(at)).rapporteurs
    examination.single_because = because.strip() if is_single else ""
    examination.save(update_fields=["single_because"])
    return rows


def _examined(examination: Examination) -> tuple[Dossier, Examination]:
    """The dossier, locked, and its passage as it now is; raises WrongState once the opinion is given."""
    dossier = Dossier.objects.get(pk=examination.dossier_id)
    lock_and_reread(dossier)
    fresh = Examination.objects.select_for_update().get(pk=examination.pk)
    if fresh.closed_at is not None:
        raise WrongState(_("The committee's work on this dossier is over."))
    return dossier, fresh


def _require_rapporteurs(examination: Examination, added: list[Member], count: int, at: datetime, because: str) -> None:
    """Raise RuleBroken with what is wrong with their number, and with each of them."""
    figures = rules_on(paris_day(at))
    broken = broken_by_number(count, because, figures)
    people = Member.objects.filter(pk__in=[one.pk for one in added]).select_related("user").prefetch_related("domains").order_by("pk")
    for candidate in candidates_for(examination, list(people), at):
        broken += broken_for(candidate, figures)
    if broken:
        raise RuleBroken(*broken)


def _give(row: Allocation, dossier: Dossier, by: User, at: datetime) -> None:
    facts = {"member": row.member_id, "due_at": row.due_at, "days": days_left(row.due_at, at) if row.due_at else None}
    record(dossier, "allocate", by=by, at=at, law=ALLOCATION_LAW, facts=facts)
    row.save()
    Report.objects.create(allocation=row)
    assign_perm(RAPPORTEUR, row.member.user, dossier)
    tell_rapporteur(row, "allocated")


@transaction.atomic
def take_back(allocation: Allocation, *, by: User, at: datetime, because: str) -> Allocation:
    """Take a dossier back from a rapporteur who has not filed the report, for a reason. Raises NotAllowed, RuleBroken, WrongState."""
    dossier, _examination = _examined(allocation.examination)
    require_presiding(by, dossier)
    held = Allocation.objects.select_related("member__user").get(pk=allocation.pk)
    if held.ended_at is not None:
        raise WrongState(_("This dossier was taken back already."))
    if Report.objects.filter(allocation=held, filed_at__isnull=False).exists():
        raise WrongState(_("The report is filed: it belongs to the papers of the dossier."))
    if not because.strip():
        raise RuleBroken(Broken(_("Say why the dossier is taken back."), where="because"))
    record(dossier, "end_allocation", by=by, at=at, facts={"member": held.member_id})
    held.ended_at, held.ended_because = at, because.strip()
    held.save(update_fields=["ended_at", "ended_because"])
    remove_perm(RAPPORTEUR, held.member.user, dossier)
    tell_rapporteur(held, "taken_back")
    return held
