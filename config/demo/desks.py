"""How the demonstration's secretariat works: somebody is away for a fortnight, a list is shared, and every text can be found."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from requests_app.desks.indexing import kinds, rebuild
from requests_app.desks.models import Absence, SavedList
from requests_app.desks.services import declare_absence, save_list
from requests_app.policies import may_on_site
from workflow.periods import paris_day


def furnish(people: dict[str, User], now: datetime) -> None:
    """Declare the absence and share the list, once; index every text anew."""
    officers = [one for one in people.values() if may_on_site(one, "instruct")]
    head = next(one for one in officers if may_on_site(one, "lead_work"))
    team = [one for one in officers if one != head]
    if team and not Absence.objects.exists():
        today = paris_day(now)
        declare_absence(user=team[-1], from_on=today, to_on=today + timedelta(days=14), replacement=team[0], by=head, at=now)
    if not SavedList.objects.exists():
        save_list(name="Autorisations en retard", query="list=overdue&procedure=aut", is_shared=True, by=head, at=now)
    for kind in kinds():
        for _last, _done in rebuild(kind):
            continue
