"""Letters about linkage tables: that one is asked for, came, is destroyed. Numbers and addresses only, and no file ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from extractions.deposits.models import Deposit, DepositRequest
from extractions.models import Ticket
from extractions.notifications import the_desk
from extractions.policies import may
from workflow import mail
from workflow.outbox import NothingToDo, still_there

LETTER = "deposits/mail/letter"


@dataclass(frozen=True)
class Words:
    """A letter: its subject, its text, and whether it leads to the page of the deposit or to that of the ticket."""

    subject: Any
    text: Any
    to_deposit: bool = True


LETTERS: dict[str, Words] = {
    "asked": Words(
        _("Ticket %(number)s: deposit a linkage table"),
        _(
            "You are named to deposit a linkage table for ticket %(number)s, dossier %(reference)s, until %(until)s. Sign in with your"
            " second factor on the page below, and nowhere else. Never send the table by mail."
        ),
    ),
    "again": Words(
        _("Ticket %(number)s: the linkage table is asked for again"),
        _(
            "The linkage table that you deposited for ticket %(number)s could not be used, and is destroyed. "
            "Deposit another one until %(until)s."
        ),
    ),
    "received": Words(
        _("Ticket %(number)s: your linkage table is received"),
        _(
            "Your linkage table for ticket %(number)s came in: %(lines)s lines, SHA-256 %(sha256)s, encrypted to the key %(fingerprint)s."
            " Keep this receipt, and destroy the copies of the table that you do not need."
        ),
    ),
    "came": Words(
        _("Ticket %(number)s: a linkage table has come"),
        _("An encrypted linkage table of %(lines)s lines has come for ticket %(number)s. It can be fetched on the page of the ticket."),
        to_deposit=False,
    ),
    "expired": Words(
        _("Ticket %(number)s: the time to deposit has passed"),
        _("The linkage table awaited for ticket %(number)s until %(until)s has not come. The desk may give it another last day."),
        to_deposit=False,
    ),
    "destroyed": Words(
        _("Ticket %(number)s: the linkage table is destroyed"),
        _("The encrypted linkage table of ticket %(number)s is destroyed. The certificate is on the page below."),
    ),
}


def the_desk_of(ticket: Ticket) -> set[int]:
    """Who works at the ticket."""
    return the_desk(ticket)


def tell(about: str, people: Iterable[int], asked: DepositRequest, key: str, **ids: int) -> None:
    """Queue a letter to each of them; the same key is queued once."""
    for pk in sorted(people):
        mail.write_to(pk, LETTER, f"deposit:{about}:{key}:{pk}", about=about, request=asked.pk, **ids)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who does not see the ticket."""
    rows = DepositRequest.objects.select_related("ticket__dossier__content__controller", "ticket__organisation", "key")
    asked: DepositRequest = still_there(rows, pk=payload["request"])
    if not may(User.objects.get(pk=payload["user"]), "see", asked.ticket):
        raise NothingToDo
    words, ticket = LETTERS[payload["about"]], asked.ticket
    told = {"number": ticket.number, "reference": ticket.dossier.reference, "until": date_format(asked.expires_on, "DATE_FORMAT")}
    if "deposit" in payload:
        deposit: Deposit = still_there(Deposit.objects.all(), pk=payload["deposit"])
        told |= {"lines": str(deposit.lines), "sha256": deposit.sha256, "fingerprint": asked.key.fingerprint}
    page = asked.get_absolute_url() if words.to_deposit else ticket.get_absolute_url()
    link = _("Open the page of the deposit") if words.to_deposit else _("Open the ticket")
    return {"subject": words.subject % told, "text": words.text % told, "link": link, "address": settings.SITE_URL.rstrip("/") + page}
