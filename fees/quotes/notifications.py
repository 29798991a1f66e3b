"""Who is written to about quotes and estimates: the number, the day and the address of the page, never an amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from fees.quotes.models import EstimateRequest, Quote
from fees.quotes.policies import MAY, accepts_for, roles_on
from requests_app.notifications import team_of
from requests_app.policies import roles_on as roles_on_dossier
from ui.words import day_in_words
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there

LETTER = "quotes/mail/letter"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, what it says, and the words of its link."""

    subject: Any
    text: Any
    link: Any


LETTERS: dict[str, Letter] = {
    "issued": Letter(
        _("Dossier %(reference)s: quote %(number)s"),
        _(
            "Quote %(number)s is issued for the dossier “%(title)s” (%(reference)s). "
            "It is valid until %(until)s; until then it can be accepted."
        ),
        _("Read the quote"),
    ),
    "told": Letter(
        _("Dossier %(reference)s: what it would cost"),
        _("The document %(number)s says what the dossier “%(title)s” (%(reference)s) would cost. It commits nobody."),
        _("Read the document"),
    ),
    "owed": Letter(
        _("Dossier %(reference)s: what is owed after the withdrawal"),
        _(
            "The dossier “%(title)s” (%(reference)s) was withdrawn. The document %(number)s says what is owed for the work that was "
            "already done: only that is invoiced."
        ),
        _("Read the document"),
    ),
    "accept": Letter(
        _("Quote %(number)s is accepted"),
        _("Quote %(number)s, for the dossier “%(title)s” (%(reference)s), is accepted by everybody who pays."),
        _("Read the quote"),
    ),
    "decline": Letter(
        _("Quote %(number)s is declined"),
        _("Quote %(number)s, for the dossier “%(title)s” (%(reference)s), is declined. The reason stands on its page."),
        _("Read the quote"),
    ),
    "expire": Letter(
        _("Quote %(number)s has expired"),
        _(
            "Quote %(number)s, for the dossier “%(title)s” (%(reference)s), was valid until %(until)s and was not accepted. "
            "A new quote is worked out on request, with the grids of the day."
        ),
        _("Read the quote"),
    ),
    "expiring": Letter(
        _("Quote %(number)s is valid until %(until)s"),
        _("Quote %(number)s, for the dossier “%(title)s” (%(reference)s), still awaits you: it can be accepted until %(until)s."),
        _("Read the quote and accept it"),
    ),
    "cancel": Letter(
        _("Quote %(number)s is cancelled"),
        _("Quote %(number)s, for the dossier “%(title)s” (%(reference)s), is cancelled. The reason stands on its page."),
        _("Read the quote"),
    ),
    "asked": Letter(
        _("Dossier %(reference)s: your estimate before %(due)s"),
        _(
            "The dossier “%(title)s” (%(reference)s) is complete and asks for your data. So that the applicant knows what it costs before "
            "the decision, please say until %(due)s how much work it means for you."
        ),
        _("Give the estimate"),
    ),
    "estimate_due": Letter(
        _("Dossier %(reference)s: your estimate is awaited until %(due)s"),
        _("Your estimate for the dossier “%(title)s” (%(reference)s) is not given yet. It is awaited until %(due)s."),
        _("Give the estimate"),
    ),
    "estimate_late": Letter(
        _("Dossier %(reference)s: your estimate is late"),
        _("Your estimate for the dossier “%(title)s” (%(reference)s) was awaited until %(due)s. No quote can be issued without it."),
        _("Give the estimate"),
    ),
    "given": Letter(
        _("Dossier %(reference)s: a holder has given its estimate"),
        _("%(holder)s has given its estimate for the dossier “%(title)s” (%(reference)s)."),
        _("See what the dossier would cost"),
    ),
}


def tell_of_quote(quote: Quote, line: JournalLine) -> None:
    """Reaction to a move of a quote: those whom it concerns get a letter each."""
    queue("quote_moved", f"quote_moved:{line.pk}", quote=quote.pk, action=line.action, line=line.pk)


@handler("quote_moved")
def write_of_quote(message: OutboxMessage) -> None:
    """Queue the letters: to the team and the payers, and to who issued it once somebody has answered."""
    quote: Quote = still_there(Quote.objects.for_reading(), pk=message.payload["quote"])
    action = message.payload["action"]
    if quote.issued_at is None:
        raise NothingToDo
    about = _about(quote, action)
    people = {person.pk for person in concerned(quote)}
    people |= {quote.issued_by_id} if action != "issue" and quote.issued_by_id else set()
    for pk in sorted(people):
        mail.write_to(pk, LETTER, f"quote:{about}:{message.payload['line']}", about=about, quote=quote.pk)


def _about(quote: Quote, action: str) -> str:
    if action == "issue":
        return "issued" if quote.commits else "owed" if quote.is_owed_as_issued else "told"
    return "accept" if action == "accept_on_paper" else action


def concerned(quote: Quote) -> list[User]:
    """The team of the dossier, and those who sign for its payers."""
    return [*team_of(quote.dossier), *signing_for(quote)]


def signing_for(quote: Quote) -> list[User]:
    """Who may accept a part of the quote as the signatory of a payer."""
    granted = User.objects.filter(is_active=True, role_grants__role=Role.SIGNATORY.value, role_grants__ended_at=None)
    payers = [payer.organisation_id for payer in quote.payers_read()]
    return list(granted.filter(role_grants__organisation__in=payers).order_by("pk").distinct())


def tell_expiring(quote: Quote) -> int:
    """Remind those who have not accepted yet that the quote soon ends; once a quote. The answer is how many are written to."""
    waiting = [payer for payer in quote.payers_read() if payer.accepted_at is None]
    people = {person.pk: person for person in concerned(quote)}.values()
    found = [person for person in people if _may_accept(person, quote, waiting)]
    for person in found:
        mail.write_to(person.pk, LETTER, f"quote:expiring:{quote.pk}", about="expiring", quote=quote.pk)
    return len(found)


def _may_accept(person: User, quote: Quote, payers: Iterable[Any]) -> bool:
    held = roles_on_dossier(person, quote.dossier)
    return any(accepts_for(person, payer, quote.dossier, held) for payer in payers)


def agents_of(request: EstimateRequest) -> list[User]:
    """The agents of the holder who give the estimate."""
    granted = User.objects.filter(is_active=True, role_grants__role=Role.DATA_CONTROLLER_AGENT.value, role_grants__ended_at=None)
    return list(granted.filter(role_grants__organisation=request.organisation_id).order_by("pk").distinct())


def tell_holder(request: EstimateRequest, about: str) -> None:
    """Write to the agents of a holder; once for each occasion."""
    for agent in agents_of(request):
        mail.write_to(agent.pk, LETTER, f"estimate:{about}:{request.pk}", about=about, estimate=request.pk)


def tell_given(request: EstimateRequest, line: JournalLine) -> None:
    """Reaction to `give`: the team learns what it would cost, the fee managers that they may go on."""
    queue("estimate_given", f"estimate_given:{line.pk}", estimate=request.pk, line=line.pk)


@handler("estimate_given")
def write_of_estimate(message: OutboxMessage) -> None:
    """Queue the letters to the team and to the fee managers who see the dossier."""
    request: EstimateRequest = still_there(EstimateRequest.objects.select_related("dossier__content"), pk=message.payload["estimate"])
    managers = User.objects.filter(is_active=True, role_grants__role=Role.FEE_MANAGER.value, role_grants__ended_at=None).order_by("pk")
    people = {one.pk for one in managers.distinct() if Role.FEE_MANAGER.value in roles_on_dossier(one, request.dossier)}
    for pk in sorted(people | {person.pk for person in team_of(request.dossier)}):
        mail.write_to(pk, LETTER, f"estimate:given:{message.payload['line']}", about="given", estimate=request.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who no longer sees what it is about."""
    letter = LETTERS[payload["about"]]
    reader = User.objects.get(pk=payload["user"])
    told = _of_quote(payload["quote"], reader) if "quote" in payload else _of_estimate(payload["estimate"], payload["about"])
    path, example = told.pop("path"), told.pop("example")
    return {
        "subject": letter.subject % told,
        "text": letter.text % told,
        "link": letter.link,
        "example": example,
        "address": settings.SITE_URL.rstrip("/") + path,
    }


def _of_quote(pk: int, reader: User) -> dict[str, Any]:
    quote: Quote = still_there(Quote.objects.for_reading(), pk=pk)
    if not roles_on(reader, quote) & MAY["see"]:
        raise NothingToDo
    dossier, until = quote.dossier, day_in_words(quote.valid_until) if quote.valid_until else ""
    said = {"reference": dossier.reference, "title": dossier.title, "number": quote.number, "until": until}
    return said | {"path": quote.get_absolute_url(), "example": quote.is_illustrative}


def _of_estimate(pk: int, about: str) -> dict[str, Any]:
    request: EstimateRequest = still_there(EstimateRequest.objects.select_related("dossier__content", "organisation"), pk=pk)
    dossier, due = request.dossier, day_in_words(request.due_on) if request.due_on else ""
    said = {"reference": dossier.reference, "title": dossier.title, "holder": request.organisation.name, "due": due}
    path = reverse("quotes:dossier", args=[dossier.reference]) if about == "given" else request.get_absolute_url()
    return said | {"path": path, "example": False}
