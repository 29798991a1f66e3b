"""Letters of a negotiation: somebody has proposed, somebody has answered; one letter for each act, to the other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Convention
from contracts.negotiating.models import Proposal
from contracts.notifications import other_side, preparers
from contracts.policies import MAY, may
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there

LETTER = "negotiating/mail/letter"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, and what it says."""

    subject: Any
    text: Any


LETTERS: dict[str, Letter] = {
    "propose": Letter(
        _("Convention %(number)s: changes are proposed"),
        _("Changes are proposed to convention %(number)s, “%(title)s”. Read them clause by clause, with what would be added and removed."),
    ),
    "settle_proposal": Letter(
        _("Convention %(number)s: proposals are answered"),
        _("Proposals to change convention %(number)s, “%(title)s”, are answered. The answer stands beside each of them."),
    ),
}


def tell_of_negotiation(convention: Convention, line: JournalLine) -> None:
    """Reaction to a proposal or to an answer: the other side is written to."""
    told = {"convention": convention.pk, "action": line.action, "line": line.pk, "proposals": line.facts.get("proposals", [])}
    queue("negotiated", f"negotiated:{line.pk}", **told)


@handler("negotiated")
def write_of_negotiation(message: OutboxMessage) -> None:
    """Queue the letters; whoever made the act is not written to."""
    convention: Convention = still_there(Convention.objects.for_reading(), pk=message.payload["convention"])
    line, action = still_there(JournalLine.objects.all(), pk=message.payload["line"]), message.payload["action"]
    for pk in sorted(told_of(convention, action, message.payload["proposals"]) - {line.actor_id}):
        mail.write_to(pk, LETTER, f"negotiation:{line.pk}", about=action, convention=convention.pk)


def told_of(convention: Convention, action: str, proposals: list[int]) -> set[int]:
    """Whom an act concerns: of a party's proposal, who prepares the text and the officer in charge; else, the parties and the team."""
    by_party = Proposal.objects.filter(pk__in=proposals, party__isnull=False).exists()
    if action != "propose" or not by_party:
        return other_side(convention)
    officer = convention.dossier.officer_id if convention.dossier else None
    return preparers(convention) | ({officer} if officer else set())


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who no longer sees the convention."""
    letter = LETTERS[payload["about"]]
    convention: Convention = still_there(Convention.objects.for_reading(), pk=payload["convention"])
    reader = User.objects.get(pk=payload["user"])
    if not may(reader, "see", convention):
        raise NothingToDo
    said = {"number": convention.number, "title": convention.title}
    answers = payload["about"] == "propose" and bool(convention.roles_of(reader) & MAY["settle_proposal"])
    return {
        "subject": letter.subject % said,
        "text": letter.text % said,
        "link": _("Answer the proposals") if answers else _("Read the negotiation"),
        "address": settings.SITE_URL.rstrip("/") + reverse("negotiating:overview", args=[convention.number]),
    }
