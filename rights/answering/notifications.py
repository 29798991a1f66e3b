"""Who is written to about a request: its number and the address of its page; never the database, the right, nor anything of the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from rights.answering.models import Stage
from rights.models import Routing
from rights.policies import may
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there

LETTER = "answering/mail/letter"
KIND, ALERT = "rights_request", "rights_alert"


@dataclass(frozen=True)
class Letter:
    """The subject of a letter and what it says."""

    subject: Any
    text: Any


#: What has happened, or how far the legal month has gone → the letter.
LETTERS: dict[str, Letter] = {
    "deposit": Letter(
        _("Request %(number)s has come"),
        _("A person exercises a right with you. The law gives you one month from the day on which it was received: until %(due)s."),
    ),
    "give_complement": Letter(
        _("Request %(number)s: the complement has come"), _("The person has sent what you asked for. The time limit runs: until %(due)s.")
    ),
    "withdraw": Letter(_("Request %(number)s is withdrawn"), _("The person has given this request up. You have nothing to answer.")),
    Stage.UNOPENED: Letter(
        _("Request %(number)s has not been opened"),
        _("Three days have passed, and nobody has opened its envelope on your side. You have until %(due)s to answer."),
    ),
    Stage.MIDDLE: Letter(_("Request %(number)s: half of the time has passed"), _("You have until %(due)s to answer.")),
    Stage.EXTENSION: Letter(
        _("Request %(number)s: one week left"),
        _("You have until %(due)s to answer, or to announce an extension with its reason: after that day, it is too late for one."),
    ),
    Stage.LAST: Letter(_("Request %(number)s: last days"), _("You have until %(due)s to answer.")),
    Stage.OVERDUE: Letter(
        _("Request %(number)s is late"),
        _("The time limit of the law ended on %(due)s without an answer from %(controller)s. The person may complain to the CNIL."),
    ),
}


def agents_of(routing: Routing) -> set[int]:
    """Who has the request in hand, or everybody who answers for the controller."""
    if routing.agent is not None and routing.agent.is_active:
        return {routing.agent.pk}
    live = {"role_grants__ended_at": None, "is_active": True}
    found = User.objects.filter(
        role_grants__role=Role.DATA_CONTROLLER_AGENT.value, role_grants__organisation=routing.organisation_id, **live
    )
    agents = set(found.values_list("pk", flat=True))
    if routing.organisation.siren == settings.CNAM_SIREN:
        agents |= set(User.objects.filter(role_grants__role=Role.CNAM_AGENT.value, **live).values_list("pk", flat=True))
    return agents


def officers_of(routing: Routing) -> set[int]:
    """The data protection officers of the window, and of the controller where it has one here."""
    live = {"role_grants__role": Role.DPO.value, "role_grants__ended_at": None, "is_active": True}
    found = User.objects.filter(role_grants__organisation=None, **live) | User.objects.filter(
        role_grants__organisation=routing.organisation_id, **live
    )
    return set(found.values_list("pk", flat=True))


def tell_controller(routing: Routing, line: JournalLine) -> None:
    """Reaction: the controller's people get a letter each."""
    queue(KIND, f"{KIND}:{line.pk}", routing=routing.pk, about=line.action, line=line.pk)


@handler(KIND)
def write_of_request(message: OutboxMessage) -> None:
    """Queue the letters; whoever did it gets none."""
    routing: Routing = still_there(_rows(), pk=message.payload["routing"])
    line = JournalLine.objects.get(pk=message.payload["line"])
    for pk in sorted(agents_of(routing) - {line.actor_id}):
        mail.write_to(pk, LETTER, f"rights:{line.pk}", about=message.payload["about"], routing=routing.pk)


@handler(ALERT)
def write_of_alert(message: OutboxMessage) -> None:
    """Queue the letters of an alert: to the controller's people, and once it is late to the data protection officers too."""
    routing: Routing = still_there(_rows(), pk=message.payload["routing"])
    about = message.payload["about"]
    readers = agents_of(routing) | (officers_of(routing) if about == Stage.OVERDUE else set())
    for pk in sorted(readers):
        mail.write_to(pk, LETTER, f"rights:{message.key}", about=about, routing=routing.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who does not see the request any more."""
    routing: Routing = still_there(_rows(), pk=payload["routing"])
    if not may(User.objects.get(pk=payload["user"]), "see", routing):
        raise NothingToDo
    letter, month = LETTERS[payload["about"]], routing.month
    due = date_format(month.due_on, "j F Y") if month else ""
    told = {"number": routing.number, "due": due, "controller": routing.organisation}
    address = settings.SITE_URL.rstrip("/") + routing.get_absolute_url()
    return {"subject": letter.subject % told, "text": letter.text % told, "link": _("Open the request"), "address": address}


def _rows() -> Any:
    return Routing.objects.select_related("organisation", "agent")
