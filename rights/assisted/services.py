"""A request that came on paper or by word of mouth is taken: sealed at once, and its clocks run from the day on which it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rights.asking import contacts, passes
from rights.asking.services.sending import Part
from rights.envelopes.services.keeping import keep
from rights.policies import may_on_site
from rights.rules import ANSWER_IN_TIME
from rights.services.opening import Taken, take
from rights.states import Channel
from workflow.periods import PARIS, paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken

#: How a request may have come, when an agent enters it.
CHANNELS = (Channel.LETTER, Channel.PHONE, Channel.COUNTER)
#: A day further back is a slip of the pen.
OLDEST = timedelta(days=365)


@dataclass(frozen=True)
class Arrival:
    """How and on which day a request came, and in which language its person reads."""

    channel: str
    received_on: date
    language: str = "fr"


@transaction.atomic
def enter(parts: Iterable[Part], arrival: Arrival, *, token: str, by: Any, at: datetime, mailbox: str = "") -> Taken:
    """Take a request for somebody, with its envelopes; the same page once more changes nothing. Raises NotAllowed, RuleBroken."""
    if not may_on_site(by, "enter_request"):
        raise NotAllowed(_("None of your roles allows you to enter a request."))
    secret = passes.token_of(token)
    if secret is None:
        raise RuleBroken(Broken(_("This page was open for very long. Nothing was sent: read it again, then send.")))
    sealed, came = list(parts), require_arrival(arrival, at)
    choices = [part.choice for part in sealed]
    taken = take(choices, token=secret, at=came, by=by, channel=arrival.channel, language=arrival.language)
    if taken.again:
        return taken
    for part, routing in zip(sealed, taken.routings, strict=True):
        keep(routing, part.key, part.sealed, sealed_by=part.sealed_by, at=at)
    if mailbox:
        contacts.keep(taken.request, mailbox, language=arrival.language, at=at)
    return taken


def require_arrival(arrival: Arrival, at: datetime) -> datetime:
    """The instant from which the month runs: now, or noon of an earlier day. Raises RuleBroken."""
    today = paris_day(at)
    if arrival.channel not in CHANNELS:
        raise RuleBroken(Broken(_("Say how the request came."), where="channel"))
    if not today - OLDEST <= arrival.received_on <= today:
        sentence = _("The month runs from the day on which the request came: not after today, and not more than a year ago.")
        raise RuleBroken(Broken(sentence, ANSWER_IN_TIME, where="received_on"))
    return at if arrival.received_on == today else datetime.combine(arrival.received_on, time(12), tzinfo=PARIS)
