"""Complaints that are known of: what the data protection officer was told, month by month; a mistake is mended by a new line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from rights.measures import policies
from rights.measures.gathering import first_month
from rights.measures.models import ComplaintCount
from rights.measures.states import ComplaintSource
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

#: More is a slip of the pen.
MOST = 9_999


def count_complaints(month: date, source: str, number: int, *, by: Any, at: datetime) -> ComplaintCount:
    """Note how many complaints are known for a month: it stands in place of what was noted before. Raises NotAllowed, RuleBroken."""
    if not policies.counts_complaints(by):
        raise NotAllowed(_("Only a data protection officer notes complaints."))
    first = first_month()
    if month.day != 1 or first is None or not first <= month <= paris_day(at):
        raise RuleBroken(Broken(_("Choose a month in which requests came here, not a later one."), where="month"))
    if source not in ComplaintSource.values:
        raise RuleBroken(Broken(_("Say to whom the complaints went."), where="source"))
    if not 0 <= number <= MOST:
        raise RuleBroken(Broken(_("Give a number from 0 to 9999."), where="number"))
    made: ComplaintCount = ComplaintCount.objects.create(month=month, source=source, number=number, entered_by=by, entered_at=at)
    return made
