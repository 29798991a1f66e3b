"""Who is written to about a convention: its number, the dossier, and the address of its page; never its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from contracts.models import Convention
from contracts.policies import may
from contracts.queries import ACTING
from requests_app.notifications import team_of
from ui.words import day_in_words
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there

LETTER = "contracts/mail/letter"
KIND = "convention_moved"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, what it says, and to whom it goes."""

    subject: Any
    text: Any
    to: Callable[[Convention], set[int]]


def legal_officers(convention: Convention) -> set[int]:
    """The legal officers who have had no hand in the text."""
    granted = User.objects.filter(is_active=True, role_grants__role=Role.LEGAL_OFFICER.value, role_grants__ended_at=None)
    return {person.pk for person in granted.exclude(pk__in=convention.preparers())}


def preparers(convention: Convention) -> set[int]:
    """Who has had a hand in the text on the operator's side."""
    return set(convention.preparers())


def other_side(convention: Convention) -> set[int]:
    """The team of the dossier, and those who act for the parties."""
    team = {person.pk for person in team_of(convention.dossier)} if convention.dossier else set()
    bodies = [party.organisation_id for party in convention.parties_read()]
    acting = User.objects.filter(is_active=True, role_grants__role__in=ACTING, role_grants__ended_at=None)
    return team | set(acting.filter(role_grants__organisation__in=bodies).values_list("pk", flat=True))


#: Rooms add the letters of their own moves.
LETTERS: dict[str, Letter] = {
    "send_to_review": Letter(
        _("Convention %(number)s: a text to check"),
        _("The text of convention %(number)s, “%(title)s”, awaits the legal check."),
        legal_officers,
    ),
    "send_back": Letter(
        _("Convention %(number)s: a text to mend"),
        _("The text of convention %(number)s, “%(title)s”, is sent back. What is to be mended stands on its page."),
        preparers,
    ),
    "open_negotiation": Letter(
        _("Convention %(number)s: a text to read"),
        _("The text of convention %(number)s, “%(title)s”, is ready to be read. You may comment on it and propose changes."),
        other_side,
    ),
    "approve": Letter(
        _("Convention %(number)s: its text is approved"),
        _("The text of convention %(number)s, “%(title)s”, is approved. It does not change any more; signature comes next."),
        lambda convention: other_side(convention) | preparers(convention),
    ),
    "abandon": Letter(
        _("Convention %(number)s is abandoned"),
        _("Convention %(number)s, “%(title)s”, will not be signed. The reason stands on its page."),
        lambda convention: other_side(convention) | preparers(convention),
    ),
}


def tell_of_convention(convention: Convention, line: JournalLine) -> None:
    """Reaction to a move of a convention: those whom it concerns get a letter each."""
    queue(KIND, f"{KIND}:{line.pk}", convention=convention.pk, action=line.action, line=line.pk)


@handler(KIND)
def write_of_convention(message: OutboxMessage) -> None:
    """Queue the letters; the system and whoever has no access any more get none."""
    convention: Convention = still_there(Convention.objects.for_reading(), pk=message.payload["convention"])
    about, line = message.payload["action"], JournalLine.objects.get(pk=message.payload["line"])
    for pk in sorted(LETTERS[about].to(convention) - {line.actor_id}):
        mail.write_to(pk, LETTER, f"convention:{about}:{line.pk}", about=about, convention=convention.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who does not see the convention."""
    convention: Convention = still_there(Convention.objects.for_reading(), pk=payload["convention"])
    if not may(User.objects.get(pk=payload["user"]), "see", convention):
        raise NothingToDo
    letter, told = LETTERS[payload["about"]], {"number": convention.number, "title": convention.title} | _period(convention)
    address = settings.SITE_URL.rstrip("/") + convention.get_absolute_url()
    return {"subject": letter.subject % told, "text": letter.text % told, "link": _("Open the convention"), "address": address}


def _period(convention: Convention) -> dict[str, Any]:
    since, until = convention.effective_from, convention.effective_until
    return {"since": day_in_words(since) if since else "", "until": _(" until %(day)s") % {"day": day_in_words(until)} if until else ""}
