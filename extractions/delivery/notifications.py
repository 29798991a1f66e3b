"""Letters about deliveries and accesses: numbers and addresses of pages; no name of a file, nobody's name."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from extractions.delivery.models import AccessEntry
from extractions.delivery.terms import VERSION
from extractions.models import Ticket
from extractions.notifications import LETTER as TICKET_LETTER
from extractions.notifications import LETTERS, Letter, both, the_desk, the_team
from requests_app.models import Dossier
from requests_app.notifications import officers_for
from requests_app.policies import MAY, roles_on
from workflow import mail
from workflow.models import JournalLine, Task
from workflow.outbox import NothingToDo, queue, still_there

LETTER = "delivery/mail/letter"
#: What follows of a dossier for its access list: the named users, and the accounts to close.
FOLLOW = "access_follow"
CLOSE, TERMS, UNANSWERED = "close", "terms", "unanswered"


def the_officers(ticket: Ticket) -> set[int]:
    """The officer in charge of the dossier, or all who may see it."""
    officer = ticket.dossier.officer_id
    return {officer} if officer is not None else set(officers_for(ticket.dossier))


LETTERS |= {
    "announce": Letter(
        gettext_lazy("Ticket %(number)s: a delivery to check"),
        gettext_lazy(
            "A package was delivered under ticket %(number)s, dossier %(reference)s. Check it, then accept or refuse it: the page says"
            " until when."
        ),
        the_team,
    ),
    "accept_part": Letter(
        gettext_lazy("Ticket %(number)s: the part is accepted"),
        gettext_lazy("The part that was delivered under ticket %(number)s, dossier %(reference)s, is accepted. The rest is awaited."),
        the_desk,
    ),
    "accept": Letter(
        gettext_lazy("Ticket %(number)s: the delivery is accepted"),
        gettext_lazy("The delivery under ticket %(number)s, dossier %(reference)s, is accepted."),
        the_desk,
    ),
    "refuse": Letter(
        gettext_lazy("Ticket %(number)s: the delivery is refused"),
        gettext_lazy(
            "The delivery under ticket %(number)s, dossier %(reference)s, is refused. The reasons stand on the page of the package."
        ),
        the_desk,
    ),
    "conclude": Letter(
        gettext_lazy("Ticket %(number)s: the delivery stands"),
        gettext_lazy("The time to refuse the delivery under ticket %(number)s, dossier %(reference)s, has passed: the delivery stands."),
        both,
    ),
    UNANSWERED: Letter(
        gettext_lazy("Ticket %(number)s: nobody has answered the delivery"),
        gettext_lazy(
            "The time to answer the delivery under ticket %(number)s, dossier %(reference)s, has passed. You may note that it stands."
        ),
        the_officers,
    ),
    "check_destruction": Letter(
        gettext_lazy("Ticket %(number)s: the destruction was checked"),
        gettext_lazy(
            "The statement of destruction under ticket %(number)s, dossier %(reference)s, was checked. The page of the package says whether"
            " it is confirmed or sent back."
        ),
        the_team,
    ),
    "state_destruction": Letter(
        gettext_lazy("Ticket %(number)s: a destruction to check"),
        gettext_lazy("The recipient states that a package of ticket %(number)s, dossier %(reference)s, is destroyed. Check the statement."),
        the_desk,
    ),
}


def follow_access(subject: Any, line: JournalLine) -> None:
    """Reaction to what changes the named users or the gate of a dossier: its access list is followed behind the site's back."""
    dossier = subject.pk if isinstance(subject, Dossier) else getattr(subject, "dossier_id", None)
    if dossier is not None:
        queue(FOLLOW, f"{FOLLOW}:{line.pk}", dossier=dossier, line=line.pk)


def keepers_of(dossier: Dossier) -> set[int]:
    """Who is told of accounts to close: the officer in charge or all officers, and whoever opened them."""
    opened = AccessEntry.objects.filter(dossier=dossier).open().values_list("opened_by", flat=True)
    people = {dossier.officer_id} if dossier.officer_id else set(officers_for(dossier))
    return {pk for pk in people | set(opened) if pk is not None}


def tell_to_close(dossier: Dossier, key: str) -> None:
    """Write once under this key to those who close accounts."""
    for pk in sorted(keepers_of(dossier)):
        mail.write_to(pk, LETTER, f"access:{CLOSE}:{dossier.pk}:{key}", about=CLOSE, dossier=dossier.pk)


def ask_for_terms(entry: AccessEntry) -> None:
    """Write to the person who is named, where they have an account here, that the terms await them."""
    person = User.objects.people().with_email(entry.email).filter(is_active=True).first() if entry.email else None
    if person is not None and entry.terms_version != VERSION:
        mail.write_to(person.pk, LETTER, f"access:{TERMS}:{entry.pk}:{VERSION}", about=TERMS, dossier=entry.dossier_id, entry=entry.pk)


def remind_to_close(dossier: Dossier, entries: list[AccessEntry], day: date) -> None:
    """Write to those who close accounts about these: once a week, and at once when others join them."""
    which = hashlib.sha256(",".join(str(one.pk) for one in entries).encode()).hexdigest()[:16]
    tell_to_close(dossier, f"{day:%G-%V}:{which}")


def remind_of_silence(task: Task) -> None:
    """Write once to the officers that a delivery was left without an answer: the calendar asks them to note that it stands."""
    ticket: Ticket | None = Ticket.objects.for_reading().filter(pk=task.subject_id).first()
    for pk in sorted(the_officers(ticket)) if ticket is not None else []:
        mail.write_to(pk, TICKET_LETTER, f"ticket:{UNANSWERED}:{task.pk}", about=UNANSWERED, ticket=task.subject_id)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who has no part in it any more."""
    dossier: Dossier = still_there(Dossier.objects.all(), pk=payload["dossier"])
    reader, told = User.objects.get(pk=payload["user"]), {"reference": dossier.reference}
    if payload["about"] == TERMS:
        entry: AccessEntry = still_there(AccessEntry.objects.live(), pk=payload["entry"])
        if entry.email.lower() != reader.email.lower():
            raise NothingToDo
        subject = _("Dossier %(reference)s: accept the terms of access") % told
        text = _(
            "You are named to work on the data of dossier %(reference)s. Read and accept the terms of access before your account opens."
        )
        return _letter(subject, text % told, _("Read the terms"), reverse("delivery:terms", args=[entry.pk]))
    if not roles_on(reader, dossier) & MAY["close_access"]:
        raise NothingToDo
    subject = _("Dossier %(reference)s: close these accounts") % told
    text = _(
        "Accounts on the data of dossier %(reference)s are open that should not be any more. Close them, then note it on the access list."
    )
    return _letter(subject, text % told, _("Open the access list"), reverse("delivery:access", args=[dossier.reference]))


def _letter(subject: str, text: str, link: str, path: str) -> dict[str, Any]:
    return {"subject": subject, "text": text, "link": link, "address": settings.SITE_URL.rstrip("/") + path}
