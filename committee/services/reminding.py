"""Who is reminded, once a day: rapporteurs whose report is due soon or late, holders who have said nothing near the end of their days."""

from __future__ import annotations

from datetime import datetime, timedelta

from committee.allocation_rules import days_left
from committee.models import Allocation, Consultation
from committee.queries.dues import due_of, sessions_of
from committee.services.telling import tell_holder, tell_rapporteur

#: How many days before the due day of a report its rapporteur is reminded, in one letter each.
BEFORE = (7, 2)
#: How long before the end of their days holders are reminded.
HOLDERS_BEFORE = timedelta(days=3)


def remind(at: datetime) -> int:
    """Queue the reminders of the day; each is sent once, however often this runs. The answer is how many people or holders await one."""
    return _remind_rapporteurs(at) + _remind_holders(at)


def _remind_rapporteurs(at: datetime) -> int:
    live = Allocation.objects.filter(ended_at=None, examination__closed_at=None, report__filed_at=None)
    rows = list(live.select_related("examination", "member").order_by("pk"))
    sessions = sessions_of({row.examination_id for row in rows})
    return sum(_remind(row, due_of(row, sessions.get(row.examination_id)), at) for row in rows)


def _remind(row: Allocation, due: datetime | None, at: datetime) -> bool:
    """Write when a reminder is reached; one that was missed is made good by the next, and a new due day has reminders of its own."""
    if due is None:
        return False
    if at >= due:
        tell_rapporteur(row, "report_late", f"{due:%Y%m%d%H%M}")
        return True
    reached = [days for days in BEFORE if days_left(due, at) <= days]
    if not reached or days_left(due, row.allocated_at) <= min(reached):
        return False  # too early; or the rapporteur has only just been told
    tell_rapporteur(row, "report_due", f"{due:%Y%m%d%H%M}:{min(reached)}")
    return True


def _remind_holders(at: datetime) -> int:
    near = Consultation.objects.filter(due_at__gt=at, due_at__lte=at + HOLDERS_BEFORE, remarks=None, examination__closed_at=None)
    rows = list(near.select_related("examination__dossier", "database").order_by("pk"))
    for row in rows:
        tell_holder(row, "consultation_due")
    return len(rows)
