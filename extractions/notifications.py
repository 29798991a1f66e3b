"""Who is written to about a ticket: its number, its dossier, and the address of its page; never what was asked or answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from extractions.models import Ticket
from extractions.policies import may
from extractions.states import Desk
from requests_app.notifications import team_of
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there

LETTER = "extractions/mail/letter"
KIND = "ticket_moved"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, what it says, and to whom it goes."""

    subject: Any
    text: Any
    to: Callable[[Ticket], set[int]]


def the_team(ticket: Ticket) -> set[int]:
    """The team of the dossier."""
    return {person.pk for person in team_of(ticket.dossier)}


def the_desk(ticket: Ticket) -> set[int]:
    """The agent of the ticket, or everybody of its desk while it has none, or while a system of the body has taken it."""
    if ticket.agent is not None and ticket.agent.is_active:
        return {ticket.agent.pk}
    live = {"role_grants__ended_at": None, "is_active": True}
    bound = User.objects.filter(
        role_grants__role=Role.DATA_CONTROLLER_AGENT.value, role_grants__organisation=ticket.organisation_id, **live
    )
    found = set(bound.values_list("pk", flat=True))
    if ticket.desk == Desk.CNAM:
        found |= set(User.objects.filter(role_grants__role=Role.CNAM_AGENT.value, **live).values_list("pk", flat=True))
    if ticket.desk == Desk.OPERATOR and ticket.dossier.officer_id is not None:
        found.add(ticket.dossier.officer_id)
    return found


def both(ticket: Ticket) -> set[int]:
    """The team and the desk."""
    return the_team(ticket) | the_desk(ticket)


#: Rooms add the letters of their own moves.
LETTERS: dict[str, Letter] = {
    "open": Letter(
        _("Ticket %(number)s is open"),
        _("Ticket %(number)s, “%(kind)s”, is open for dossier %(reference)s. It awaits somebody at your desk."),
        the_desk,
    ),
    "ask": Letter(
        _("Ticket %(number)s: a question to you"),
        _("The work on ticket %(number)s of dossier %(reference)s waits for your answer. Read the question on its page."),
        the_team,
    ),
    "answer": Letter(
        _("Ticket %(number)s: the applicant has answered"),
        _("The question on ticket %(number)s is answered: the work may go on."),
        the_desk,
    ),
    "ask_need": Letter(
        _("Ticket %(number)s: the expression of needs awaits you"),
        _(
            "The expression of needs of ticket %(number)s, dossier %(reference)s, awaits your word: its page says what is missing, or which"
            " version you are asked to agree to."
        ),
        the_team,
    ),
    "refuse_table": Letter(
        _("Ticket %(number)s: the linkage table cannot be used"),
        _("The linkage table of ticket %(number)s, dossier %(reference)s, cannot be used. The reason stands on its page."),
        the_team,
    ),
    "begin_extraction": Letter(
        _("Ticket %(number)s: the extraction has begun"), _("The data of dossier %(reference)s are being extracted."), the_team
    ),
    "reject": Letter(
        _("Ticket %(number)s is rejected"),
        _("Ticket %(number)s, dossier %(reference)s, could not be done as asked. The reason stands on its page."),
        both,
    ),
    "cancel": Letter(
        _("Ticket %(number)s is cancelled"),
        _("Ticket %(number)s, dossier %(reference)s, has no object any more. The reason stands on its page."),
        both,
    ),
}


def tell_of_ticket(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to what happened to a ticket: those whom it concerns get a letter each."""
    queue(KIND, f"{KIND}:{line.pk}", ticket=ticket.pk, action=line.action, line=line.pk)


@handler(KIND)
def write_of_ticket(message: OutboxMessage) -> None:
    """Queue the letters; whoever did it gets none."""
    ticket: Ticket = still_there(Ticket.objects.for_reading(), pk=message.payload["ticket"])
    about, line = message.payload["action"], JournalLine.objects.get(pk=message.payload["line"])
    for pk in sorted(LETTERS[about].to(ticket) - {line.actor_id}):
        mail.write_to(pk, LETTER, f"ticket:{about}:{line.pk}", about=about, ticket=ticket.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who does not see the ticket."""
    ticket: Ticket = still_there(Ticket.objects.for_reading(), pk=payload["ticket"])
    if not may(User.objects.get(pk=payload["user"]), "see", ticket):
        raise NothingToDo
    letter = LETTERS[payload["about"]]
    told = {"number": ticket.number, "reference": ticket.dossier.reference, "kind": ticket.get_kind_display()}
    address = settings.SITE_URL.rstrip("/") + ticket.get_absolute_url()
    return {"subject": letter.subject % told, "text": letter.text % told, "link": _("Open the ticket"), "address": address}
