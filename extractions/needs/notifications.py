"""Who is written to about a need: the side whose word is missing, and both once it is agreed; never what it says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from extractions.models import Ticket
from extractions.needs import queries
from extractions.needs.models import NeedVersion
from extractions.needs.services.proposing import AGREED, AWAITED, KIND, PROPOSED
from extractions.notifications import the_desk, the_team
from extractions.policies import may
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import NothingToDo, handler, still_there

LETTER = "needs/mail/letter"
_WORDS: dict[str, tuple[Any, Any]] = {
    PROPOSED: (
        _("Dossier %(reference)s: version %(version)s of the need is proposed"),
        _("Version %(version)s of the expression of needs of dossier %(reference)s is proposed. Agree to it, or answer with your own."),
    ),
    AWAITED: (
        _("Dossier %(reference)s: your agreement to the need is awaited"),
        _("Version %(version)s of the expression of needs of dossier %(reference)s has the agreement of one side; yours is awaited."),
    ),
    AGREED: (
        _("Dossier %(reference)s: the need is agreed"),
        _("Both sides have agreed to version %(version)s of the expression of needs of dossier %(reference)s: the work is done on it."),
    ),
}


def _serving(version: NeedVersion) -> list[Ticket]:
    return queries.open_among(queries.tickets_of(version.need.dossier_id, version.need.organisation_id))


@handler(KIND)
def write_of_need(message: OutboxMessage) -> None:
    """Queue the letters: to the sides whose word is missing, to both once it is agreed; whoever did it gets none."""
    version: NeedVersion = still_there(NeedVersion.objects.defer("content").select_related("need"), pk=message.payload["version"])
    about, tickets = message.payload["about"], _serving(version)
    if not tickets or (about != AGREED and version.agreed_at is not None):
        return
    to: set[int] = set()
    if about == AGREED or version.applicant_agreed_at is None:
        to |= the_team(tickets[-1])
    if about == AGREED or version.desk_agreed_at is None:
        to |= {pk for ticket in tickets for pk in the_desk(ticket)}
    for pk in sorted(to - {message.payload["by"]}):
        mail.write_to(pk, LETTER, f"need:{about}:{version.pk}", about=about, version=version.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who does not see the need."""
    rows = NeedVersion.objects.defer("content").select_related("need__dossier")
    version: NeedVersion = still_there(rows, pk=payload["version"])
    tickets = _serving(version)
    if not tickets or not may(User.objects.get(pk=payload["user"]), "see_need", tickets[-1]):
        raise NothingToDo
    subject, text = _WORDS[payload["about"]]
    reference = version.need.dossier.reference
    told = {"reference": reference, "version": version.number}
    address = settings.SITE_URL.rstrip("/") + reverse("needs:need", args=[reference, version.need.organisation_id])
    return {"subject": subject % told, "text": text % told, "link": _("Read the need"), "address": address}
