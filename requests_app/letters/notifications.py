"""The team is told of a letter by an e-mail that names it; its words stay on the page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from requests_app.letters.models import Letter
from requests_app.models import Dossier
from requests_app.notifications import team_of
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import handler, queue, still_there


def tell_of_letter(dossier: Dossier, line: JournalLine) -> None:
    """Queue the news of a letter; a reaction to `issue_letter`."""
    queue("letter_issued", f"letter:{line.facts['letter']}", letter=line.facts["letter"])


@handler("letter_issued")
def write_of_letter(message: OutboxMessage) -> None:
    """One e-mail for each person who writes or signs on the dossier's team."""
    letter = still_there(Letter.objects.select_related("dossier"), pk=message.payload["letter"])
    for person in team_of(letter.dossier):
        mail.write_to(person.pk, "mail/letter_issued", f"letter:{letter.pk}", letter=letter.pk)


@mail.context("mail/letter_issued")
def shown(payload: dict[str, Any]) -> dict[str, Any]:
    """What the e-mail shows."""
    letter = still_there(Letter.objects.select_related("dossier__content"), pk=payload["letter"])
    return {
        "dossier": letter.dossier,
        "letter": letter,
        "address": settings.SITE_URL.rstrip("/") + reverse("letters:letters", args=[letter.dossier.reference]),
    }
