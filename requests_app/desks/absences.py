"""What an absence changes elsewhere: letters go to the replacement too, and the dossier says who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.desks.models import Absence
from requests_app.desks.queries import absent_on
from requests_app.models import Dossier
from requests_app.policies import MAY, roles_on
from requests_app.reading import roles_for
from requests_app.slots import Notice
from ui.words import day_in_words
from workflow.periods import paris_day

#: An absence that begins within so long is worth knowing before a dossier is entrusted.
SOON = timedelta(days=14)


def copies_of(payload: dict[str, Any]) -> Iterable[int]:
    """Who stands in today for the officer to whom a letter about their dossier goes, if that person may instruct the dossier."""
    dossier = Dossier.objects.for_frame().filter(pk=payload.get("dossier") or 0, officer=payload["user"]).first()
    if dossier is None:
        return
    for absence in absent_on(paris_day(timezone.now()), [payload["user"]]).values():
        if roles_on(absence.replacement, dossier) & MAY["assign"]:
            yield absence.replacement_id


def officer_is_away(request: HttpRequest, dossier: Any) -> Iterable[Notice]:
    """Tell those who instruct that the officer in charge is away, until when, and who stands in."""
    if not dossier.officer_id or not roles_for(request, dossier) & MAY["assign"]:
        return
    for absence in absent_on(paris_day(timezone.now()), [dossier.officer_id]).values():
        words = {"officer": absence.user, "day": day_in_words(absence.to_on), "replacement": absence.replacement}
        yield Notice(_("%(officer)s, in charge of this dossier, is away until %(day)s included; %(replacement)s stands in.") % words)


def told_of_officers() -> dict[int, str]:
    """Who is away now or within two weeks, for whoever entrusts a dossier to somebody: by their key, one query."""
    today = paris_day(timezone.now())
    coming = Absence.objects.filter(from_on__lte=today + SOON, to_on__gte=today).order_by("-from_on", "-pk")
    return {absence.user_id: _when(absence, today) for absence in coming}


def _when(absence: Absence, today: date) -> str:
    last = day_in_words(absence.to_on)
    if absence.from_on <= today:
        return _("away until %(day)s") % {"day": last}
    return _("away from %(first)s to %(last)s") % {"first": day_in_words(absence.from_on), "last": last}
