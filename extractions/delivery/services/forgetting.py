"""Forgetting who had access: names leave the list once the project has been over for long enough; a count stays in the journal."""

from __future__ import annotations

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from accounts.models import User
from extractions.delivery.models import AccessEntry
from requests_app.models import Dossier
from workflow.engine import lock_and_reread, record
from workflow.periods import expiry, paris_day


def last_day(day: date) -> date:
    """Entries closed, of projects over, up to this day are forgotten on a day; the years are a setting of the site, one at least."""
    return day - relativedelta(years=max(settings.ACCESS_LIST_RETENTION_YEARS, 1))


@transaction.atomic
def forget(dossier: Dossier, *, at: datetime) -> int:
    """Delete the entries of a dossier that is over, closed or never opened, and journal how many; the answer is that number.

    The years count from the end of the project and from the closing of the account, whichever came later; where no account was ever
    opened, from the end of the project and from the day on which the name was listed.
    """
    lock_and_reread(dossier)
    until = last_day(paris_day(at))
    if dossier.ended_on is None or dossier.ended_on > until:
        return 0
    entries = AccessEntry.objects.select_for_update(of=("self",)).filter(_over(until), dossier=dossier).order_by("pk")
    keys = [one.pk for one in entries]
    if keys:
        last = AccessEntry.objects.filter(pk__in=keys).aggregate(last=Max("closed_on"))["last"]
        AccessEntry.objects.filter(pk__in=keys).delete()
        facts = {"entries": len(keys), "closed_until": last, "years": settings.ACCESS_LIST_RETENTION_YEARS}
        record(dossier, "purge_access", by=User.objects.system(), at=at, facts=facts)
    return len(keys)


def due(day: date) -> list[Dossier]:
    """The dossiers with entries to forget on a day."""
    until = last_day(day)
    entries = AccessEntry.objects.filter(_over(until)).order_by().values("dossier")
    return list(Dossier.objects.filter(ended_on__lte=until, pk__in=entries).order_by("pk"))


def _over(until: date) -> Q:
    return Q(closed_on__lte=until) | Q(opened_on=None, closed_on=None, listed_at__lt=expiry(until))
