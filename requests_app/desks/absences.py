"""What an absence changes elsewhere: letters go to the replacement too, and the dossier says who stands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.desks.queries import absent_on
from requests_app.models import Dossier
from requests_app.policies import MAY, roles_on
from requests_app.reading import roles_for
from requests_app.slots import Notice
from ui.words import day_in_words
from workflow.periods import paris_day


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
