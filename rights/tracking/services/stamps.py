"""Each receipt gets the word of a time-stamp authority: at once when it is in the house, else a minute later, by the worker."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from contracts.authorities import CannotSign
from contracts.pades.authority import NoAuthority
from rights.models import Request, Routing
from rights.tracking import stamping
from rights.tracking.models import Stamp
from rights.tracking.papers import statement_of
from rights.tracking.receipts import imprint_of

log = logging.getLogger("guichet.rights")

#: For how long the worker still tries: the stamp of a later day would say little.
TRIED_FOR = timedelta(days=7)
#: Requests stamped in one run of the worker.
MOST = 500


def stamp_at_hand(asked: Request, at: datetime) -> None:
    """Stamp a receipt that somebody asks for, where the authority answers without a network; one that is stamped stays as it is."""
    if Stamp.objects.filter(request=asked).exists():
        return
    try:
        if stamping.is_at_hand():
            _stamp(asked, at)
    except (NoAuthority, CannotSign):
        log.warning("no_time_stamp")


def stamp_waiting(at: datetime) -> int:
    """Stamp what was received and has no stamp yet; a silent authority is asked again in the next run. The answer is how many."""
    stamped = Stamp.objects.filter(request=OuterRef("pk"))
    sealed = Routing.objects.filter(request=OuterRef("pk"), envelope__isnull=False)
    waiting = Request.objects.filter(~Exists(stamped), Exists(sealed), received_at__gt=at - TRIED_FOR).order_by("pk")[:MOST]
    count = 0
    try:
        for asked in waiting:
            _stamp(asked, at)
            count += 1
    except (NoAuthority, CannotSign):
        log.warning("no_time_stamp")
    return count


def _stamp(asked: Request, at: datetime) -> None:
    statement = statement_of(asked)
    said = stamping.stamped(statement, at)
    told = {"imprint": imprint_of(statement), "token": said.token, "at": said.at, "is_demonstration": said.is_demonstration}
    Stamp.objects.bulk_create([Stamp(request=asked, **told)], ignore_conflicts=True)
